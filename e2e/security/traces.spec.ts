import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { browsers } from '../support/own-window.ts';
import { expect, test } from '../support/test.ts';

/**
 * What a session leaves where others may look: the list of processes while its window is open, then
 * the browser's profile and files that others may read. Whatever may be a token, a secret or a key is tried
 * at the server, which still runs.
 */
for (const [name, open] of Object.entries(browsers))
  test(`a session leaves nothing behind that opens Likeness (${name})`, async ({
    folder,
    server,
  }) => {
    test.skip(open === null, `${name} is not installed.`);
    test.setTimeout(240_000);
    const links: string[] = [];
    const newLink = (): string => {
      links.push(server.link);
      return links.at(-1)!;
    };
    const profile = path.join(folder, 'profile');
    const { origin } = new URL(server.link);
    const window = await open!(newLink, profile, folder);
    const shown = () => window.evaluate("document.querySelectorAll('nav a').length > 5");
    await expect.poll(shown, { timeout: 120_000 }).toBe('true');
    expect(links).toHaveLength(1);
    const secrets = new Secrets(origin);
    expect(await secrets.usableIn(commandLines())).toEqual([]);
    await window.evaluate('location.reload()');
    await expect.poll(shown, { timeout: 120_000 }).toBe('true');
    await window.close();
    const left = filesBelow(profile);
    expect(left.length).toBeGreaterThan(10);
    expect(await secrets.usableIn(left.map((file) => readFileSync(file)))).toEqual([]);
    const wide = filesBelow(server.dataDir).filter((file) => (statSync(file).mode & 0o077) !== 0);
    expect(await secrets.usableIn(wide.map((file) => readFileSync(file)))).toEqual([]);
    expect(await secrets.usableIn(links.map((link) => Buffer.from(link)))).toEqual([]);
    // The search is worth something: it finds what does open Likeness.
    expect(await secrets.usableIn([Buffer.from(`x${server.link}`)])).toHaveLength(1);
  });

/** Texts of the length of a session's secret, of a key, and of a link's token. */
const LENGTHS = [43, 52, 83];

class Secrets {
  readonly #origin: string;
  readonly #tried = new Map<string, boolean>();

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Those that open a session, are one, or are a key; also where every other byte is zero. */
  async usableIn(files: readonly Buffer[]): Promise<readonly string[]> {
    const candidates = new Set(files.flatMap((file) => [...candidatesIn(file)]));
    const usable: string[] = [];
    for (const text of candidates) if (await this.#opens(text)) usable.push(text);
    return usable;
  }

  async #opens(text: string): Promise<boolean> {
    const known = this.#tried.get(text);
    if (known !== undefined) return known;
    const opens = text.length === 83 ? await this.#isToken(text) : await this.#isSecret(text);
    if (!opens) this.#tried.set(text, false);
    return opens;
  }

  #isToken = (token: string): Promise<boolean> =>
    this.#succeeds('/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.#origin },
      body: JSON.stringify({ token }),
    });

  async #isSecret(text: string): Promise<boolean> {
    const session = { headers: { authorization: `Session ${text}` } };
    if (await this.#succeeds('/session', session)) return true;
    const key = { method: 'POST', headers: { authorization: `Bearer ${text}` } };
    return text.startsWith('likeness_') && this.#succeeds('/api/v1/people.list', key);
  }

  async #succeeds(where: string, request: RequestInit): Promise<boolean> {
    for (;;) {
      const answer = await fetch(`${this.#origin}${where}`, request);
      await answer.arrayBuffer();
      if (answer.status !== 429) return answer.ok;
      // Guessers are slowed down; this one has time.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

function* candidatesIn(file: Buffer): Generator<string> {
  const text = file.toString('latin1');
  for (const spelled of [text, text.replaceAll('\0', '')])
    for (const [run] of spelled.matchAll(/[\w-]{43,90}/gu))
      // A byte beside it, such as its length, may look like a letter.
      for (const length of LENGTHS)
        for (let at = 0; at <= run.length - length && run.length - length < 4; at++)
          if (isRandom(run.slice(at, at + length))) yield run.slice(at, at + length);
}

/** Random letters of base64 are of all kinds; digests in hexadecimal and words are not. */
const isRandom = (text: string): boolean =>
  [/[A-Z]/u, /[a-z]/u, /\d/u].every((kind) => kind.test(text));

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

/** Of every process of this machine, as any user may read them; empty where the system has no list. */
function commandLines(): readonly Buffer[] {
  const processes = process.platform === 'linux' ? readdirSync('/proc') : [];
  return processes
    .filter((id) => /^\d+$/u.test(id))
    .flatMap((id) => {
      try {
        return [readFileSync(`/proc/${id}/cmdline`)];
      } catch {
        // It ended meanwhile.
        return [];
      }
    });
}
