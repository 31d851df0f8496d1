import { createHmac, randomBytes, timingSafeEqual, createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/** The page that a link opens; a link may stand on any page. */
export const openPath = '/open';

/** Milliseconds within which a link has to be opened. */
export const LINK_LIFE = 15 * 60_000;

const NONCE_BYTES = 24;
const TIME_BYTES = 6;
const SIGNATURE_BYTES = 32;

/** A random secret of 256 bits, in letters that headers, addresses and files may carry. */
export const randomSecret = (): string => randomBytes(32).toString('base64url');

/**
 * What stands behind `#` in a link: a nonce and the time, signed with the key of one server. Whoever
 * has the key makes links; the server itself, and the owner of the file in which the key stands.
 */
export function makeToken(key: string, now = new Date()): string {
  const said = Buffer.alloc(NONCE_BYTES + TIME_BYTES);
  randomBytes(NONCE_BYTES).copy(said);
  said.writeUIntBE(now.getTime(), NONCE_BYTES, TIME_BYTES);
  return Buffer.concat([said, signature(key, said)]).toString('base64url');
}

const signature = (key: string, said: Buffer): Buffer =>
  createHmac('sha256', key).update(said).digest();

/** The links of one server: each opens once, within `LINK_LIFE`, and never after an end of it. */
export class Links {
  readonly key = randomSecret();
  readonly #now: () => Date;
  /** Tokens that were used, with the time of their making; kept for as long as they would open. */
  readonly #used = new Map<string, number>();

  constructor(now: () => Date = () => new Date()) {
    this.#now = now;
  }

  /** Whether the token is ours, fresh and unused; it is used up thereby. */
  take(token: string): boolean {
    const made = this.#timeOf(token);
    const now = this.#now().getTime();
    for (const [used, at] of this.#used) if (!isFresh(at, now)) this.#used.delete(used);
    if (made === null || !isFresh(made, now) || this.#used.has(token)) return false;
    this.#used.set(token, made);
    return true;
  }

  #timeOf(token: string): number | null {
    const bytes = Buffer.from(token, 'base64url');
    const length = NONCE_BYTES + TIME_BYTES + SIGNATURE_BYTES;
    // One spelling of a token, or it could be used once for each.
    if (bytes.length !== length || bytes.toString('base64url') !== token) return null;
    const said = bytes.subarray(0, NONCE_BYTES + TIME_BYTES);
    const right = timingSafeEqual(bytes.subarray(said.length), signature(this.key, said));
    return right ? said.readUIntBE(NONCE_BYTES, TIME_BYTES) : null;
  }
}

/** Also against a clock that was set back: a link of the future would open for too long. */
const isFresh = (made: number, now: number): boolean => Math.abs(now - made) <= LINK_LIFE;

const KeyFile = z.object({ origin: z.url(), key: z.string(), pid: z.int().positive() });

const folderOf = (dataDir: string): string => path.join(dataDir, 'windows');

/**
 * Writes the key of a server into a file that only the owner of the data folder can read (mode
 * 600), so that `likeness link` can make links where the server's terminal is out of reach. Gives
 * what removes it.
 */
export async function publishKey(
  dataDir: string,
  origin: string,
  { key }: Links,
): Promise<() => Promise<void>> {
  const folder = folderOf(dataDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${new URL(origin).port}.json`);
  // What stands there is of a server that ended without a word: nobody else has this port.
  await rm(file, { force: true });
  const text = JSON.stringify({ origin, key, pid: process.pid });
  await writeFile(file, text, { mode: 0o600, flag: 'wx' });
  return () => rm(file, { force: true });
}

/** New links of the servers that run on a data folder, in the order of their ports. */
export async function makeLinks(dataDir: string): Promise<readonly string[]> {
  const folder = folderOf(dataDir);
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => /^\d+\.json$/u.test(name));
  files.sort((a, b) => Number.parseInt(a) - Number.parseInt(b));
  const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
  return texts
    .map((text) => KeyFile.parse(JSON.parse(text)))
    .filter(({ pid }) => isRunning(pid))
    .map(({ origin, key }) => linkOf(origin, key));
}

export const linkOf = (origin: string, key: string): string =>
  `${origin}${openPath}#${makeToken(key)}`;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Milliseconds that a session outlives its last socket: a page that is loaded anew comes back. */
const SESSION_GRACE = 60_000;

interface Session {
  sockets: number;
  /** On the monotonic clock, in milliseconds; counts while there is no socket. */
  ends: number;
}

/**
 * Who may use this server: whoever came through a link. The secret of a session is known to its
 * page alone, which shows it in a header: unlike a cookie, a browser sends it to nobody by itself,
 * also not to another port of this machine.
 */
export class Sessions {
  readonly #links: Links;
  readonly #elapsed: () => number;
  /** By digest, so that a look-up takes no time that depends on how much of a secret is right. */
  readonly #sessions = new Map<string, Session>();

  /** @param elapsed milliseconds on a clock that nobody can set */
  constructor(links: Links, elapsed: () => number = () => performance.now()) {
    this.#links = links;
    this.#elapsed = elapsed;
  }

  /** The secret of a new session, where the token is that of an unused link; null otherwise. */
  begin(token: string): string | null {
    if (!this.#links.take(token)) return null;
    for (const [key, session] of this.#sessions)
      if (!this.#lives(session)) this.#sessions.delete(key);
    const secret = randomSecret();
    this.#sessions.set(digest(secret), { sockets: 0, ends: this.#elapsed() + SESSION_GRACE });
    return secret;
  }

  has(secret: string | undefined): boolean {
    return this.#find(secret) !== undefined;
  }

  /** Notes that a socket of this session is open; gives what notes its end. */
  hold(secret: string | undefined): () => void {
    const session = this.#find(secret);
    if (session === undefined) return () => undefined;
    session.sockets += 1;
    return () => {
      session.sockets -= 1;
      session.ends = this.#elapsed() + SESSION_GRACE;
    };
  }

  #find(secret: string | undefined): Session | undefined {
    if (secret === undefined) return undefined;
    const session = this.#sessions.get(digest(secret));
    return session !== undefined && this.#lives(session) ? session : undefined;
  }

  #lives({ sockets, ends }: Session): boolean {
    return sockets > 0 || ends >= this.#elapsed();
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64');
