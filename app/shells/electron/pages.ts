import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { protectiveHeaders } from '../wire/pages.ts';
import { origin, scheme } from './channels.ts';
import type { Electron } from './electron-api.ts';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** To be called before Electron is ready: pages of `app:` have an origin and a secure context. */
export function announceScheme({ protocol }: Pick<Electron, 'protocol'>): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the built window under `app://likeness/`, and nothing beside it. */
export function servePages({ protocol }: Pick<Electron, 'protocol'>, folder: string): void {
  protocol.handle(scheme, ({ method, url }) => pageAt(folder, method, url));
}

/** The answer to one request of a page; 404 for whatever is not a file of the folder. */
async function pageAt(folder: string, method: string, url: string): Promise<Response> {
  const file = method === 'GET' ? fileAt(folder, url) : null;
  const bytes = file === null ? null : await readFile(file).catch(() => null);
  if (file === null || bytes === null)
    return new Response('Not found', { status: 404, headers: protectiveHeaders });
  const type = types[path.extname(file)] ?? 'application/octet-stream';
  return new Response(new Uint8Array(bytes), {
    headers: { ...protectiveHeaders, 'content-type': type },
  });
}

function fileAt(folder: string, address: string): string | null {
  const url = URL.parse(address);
  if (url === null || `${url.protocol}//${url.host}` !== origin) return null;
  const inside = decoded(url.pathname);
  if (inside === null || inside.includes('\0') || inside.split(/[/\\]/u).some(isHidden))
    return null;
  const file = path.join(folder, inside === '/' ? 'index.html' : inside);
  return file.startsWith(path.join(folder, path.sep)) ? file : null;
}

/** `..` as well. */
const isHidden = (part: string): boolean => part.startsWith('.');

function decoded(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return null;
  }
}
