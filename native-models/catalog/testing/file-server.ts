import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface FileServer extends AsyncDisposable {
  readonly url: string;
  /** The Range header of every request so far; undefined where there was none. */
  readonly ranges: readonly (string | undefined)[];
}

/** A loopback server for one test. */
export async function serve(handler: Handler): Promise<FileServer> {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ranges,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers ranges as a file server does: 200, 206 or 416. */
export const rangeHandler =
  (content: Uint8Array): Handler =>
  (request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (start >= content.length) {
      response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
      return;
    }
    const body = content.subarray(start);
    const range = `bytes ${start}-${content.length - 1}/${content.length}`;
    const headers = { 'content-length': body.length, 'content-range': range };
    response.writeHead(request.headers.range === undefined ? 200 : 206, headers).end(body);
  };

/** Sends the first `bytes` of a file whose length it gives in full, then drops the connection. */
export const cuttingHandler =
  (content: Uint8Array, bytes: number): Handler =>
  (_, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, bytes), () => setTimeout(() => response.destroy(), 50));
  };
