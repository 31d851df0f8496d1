import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Another site on this machine; it notes whoever comes. */
export interface Site extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  /** `GET /pixel.png`, in the order of arrival; a WebSocket counts, too. */
  readonly visits: readonly string[];
  /** What each visit showed of itself. */
  readonly headers: readonly IncomingHttpHeaders[];
}

/** Answers everything, and to everybody: whatever fails, fails at the visitor's side. */
export async function openSite(html = '<!doctype html><title>Another site</title>'): Promise<Site> {
  const visits: string[] = [];
  const shown: IncomingHttpHeaders[] = [];
  const note = ({ method, url, headers }: IncomingMessage): void => {
    visits.push(`${method} ${url}`);
    shown.push(headers);
  };
  const server = createServer((request, response) => {
    note(request);
    const type = request.url?.endsWith('.js') === true ? 'text/javascript' : 'text/html';
    response.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*' });
    response.end(type === 'text/html' ? html : 'globalThis.fromOutside = true;');
  });
  server.on('upgrade', (request, socket) => {
    note(request);
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    visits,
    headers: shown,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
