import type { IncomingHttpHeaders } from 'node:http';
import { LikenessError } from '../../../contract/errors.ts';
import { nameOf } from './address.ts';
import { openPath } from './sessions.ts';

export interface Doors {
  readonly scheme: 'http' | 'https';
  readonly port: number;
  /** By which the server may be addressed. */
  readonly names: ReadonlySet<string>;
}

/** A request, as far as it tells where it comes from. */
export interface Knock {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Lets nothing of another site in. A name that was bent to this address (DNS rebinding) fails by
 * its Host, a page that sends or embeds something by its Origin or its Sec-Fetch-Site.
 *
 * @throws LikenessError `origin_refused`.
 */
export function guard(doors: Doors, { method, path, headers }: Knock): void {
  if (!hosts(doors).has(headers.host?.toLowerCase() ?? ''))
    throw refusal(`This server is not ${headers.host ?? 'without a name'}.`);
  const { origin } = headers;
  if (origin !== undefined && !isOwnOrigin(doors, origin))
    throw refusal(`Pages of ${origin} may not talk to Likeness.`);
  const site = headers['sec-fetch-site'];
  const foreign = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (foreign && !(method === 'GET' && path === openPath && isNavigation(headers)))
    throw refusal('Pages of other sites may not ask Likeness for anything.');
}

/**
 * For what only our own pages ask for: a browser always says from where.
 *
 * @throws LikenessError `origin_refused`.
 */
export function requireOrigin(doors: Doors, { origin }: IncomingHttpHeaders): void {
  if (origin === undefined || !isOwnOrigin(doors, origin))
    throw refusal('Only pages of Likeness itself may do this.');
}

function hosts({ names, port, scheme }: Doors): ReadonlySet<string> {
  const bare = port === (scheme === 'http' ? 80 : 443) ? names : [];
  return new Set([...[...names].map((name) => `${name}:${port}`), ...bare]);
}

function isOwnOrigin({ names, port, scheme }: Doors, origin: string): boolean {
  const url = URL.parse(origin);
  if (url === null || url.protocol !== `${scheme}:` || url.origin !== origin) return false;
  const usual = scheme === 'http' ? '80' : '443';
  return names.has(nameOf(url.hostname)) && (url.port || usual) === String(port);
}

const isNavigation = (headers: IncomingHttpHeaders): boolean =>
  headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';

const refusal = (message: string): LikenessError => new LikenessError('origin_refused', message);
