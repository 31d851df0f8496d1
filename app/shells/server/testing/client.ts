import { Buffer } from 'node:buffer';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decode, encode } from '@msgpack/msgpack';
import { ToWindow, type ToShell } from '../../../../contract/wire.ts';
import type { Backend } from '../../wire/access.ts';
import { KioskLock } from '../../wire/kiosk-lock.ts';
import { decideAddress } from '../address.ts';
import { startServer, type RunningServer, type ServerOptions } from '../server.ts';

/** A real server on a free port of this machine, with a page of its own. */
export async function testServer(
  backend: Backend,
  options: Partial<ServerOptions> = {},
): Promise<RunningServer> {
  return startServer({
    backend,
    lock: new KioskLock(false),
    address: decideAddress({ host: '127.0.0.1', port: 0, allowRemote: false }),
    pages: testPages(),
    ...options,
  });
}

function testPages(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'likeness-pages-'));
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>Likeness</title>');
  writeFileSync(path.join(folder, 'app.js'), 'export {};');
  writeFileSync(path.join(folder, '.secret'), 'not for anybody');
  return folder;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: () => unknown;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** One request with exactly these headers, as no browser would let a page send them. */
export function ask(server: RunningServer, where: string, options: Ask = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port: server.port, path: where, method, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: () => JSON.parse(text) as unknown,
          });
        });
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

export const codeOf = (answer: Answer): unknown =>
  (answer.json() as { error?: { code?: string } }).error?.code;

/** What the page behind a link does: the secret of a new session. */
export async function enter(server: RunningServer): Promise<string> {
  const answer = await ask(server, '/session', {
    method: 'POST',
    headers: { origin: server.origin, 'content-type': 'application/json' },
    body: JSON.stringify({ token: new URL(server.newLink()).hash.slice(1) }),
  });
  return (answer.json() as { readonly secret: string }).secret;
}

/** What shows a session in a request. */
export const sessionHeader = (secret: string) => ({ authorization: `Session ${secret}` });

/** A window's end of the WebSocket. */
export class TestWindow {
  readonly #socket: WebSocket;
  readonly #messages: ToWindow[] = [];
  #woken: () => void = () => undefined;
  /** The code with which the socket was closed; null while it is open. */
  closed: number | null = null;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => {
      this.#messages.push(ToWindow.parse(decode(data as ArrayBuffer)));
      this.#woken();
    });
    socket.addEventListener('close', ({ code }) => {
      this.closed = code;
      this.#woken();
    });
  }

  /** Rejects where the server refuses the upgrade. */
  static async open(
    server: RunningServer,
    secret: string,
    headers: Readonly<Record<string, string>> = { origin: server.origin },
  ): Promise<TestWindow> {
    const protocols = ['likeness', `session.${secret}`];
    const url = `${server.origin.replace('http', 'ws')}/socket`;
    const socket = new WebSocket(url, { protocols, headers });
    const window = new TestWindow(socket);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', () => reject(new Error('refused')));
    });
    return window;
  }

  static async enter(server: RunningServer): Promise<TestWindow> {
    return TestWindow.open(server, await enter(server));
  }

  say(message: ToShell): void {
    this.sayBytes(encode(message, { ignoreUndefined: true }));
  }

  sayBytes(frame: Uint8Array<ArrayBuffer> | string): void {
    this.#socket.send(frame);
  }

  /** The next message of this kind, among those that are not taken yet. */
  async next<K extends ToWindow['kind']>(kind: K): Promise<Extract<ToWindow, { kind: K }>> {
    for (;;) {
      const index = this.#messages.findIndex((message) => message.kind === kind);
      if (index >= 0) return this.#messages.splice(index, 1)[0] as Extract<ToWindow, { kind: K }>;
      await this.#change();
    }
  }

  async untilClosed(): Promise<number> {
    while (this.closed === null) await this.#change();
    return this.closed;
  }

  close(): void {
    this.#socket.close();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => (this.#woken = resolve));
  }
}
