import { LikenessError } from '../../../contract/errors.ts';
import type { Opened, Source } from './source.ts';

/** A file behind http or https; redirects are followed, ranges used where the server knows them. */
export function httpSource(url: URL): Source {
  return {
    place: url.href,
    open: (offset, expected, signal) => openUrl(url, offset, expected, signal),
  };
}

async function openUrl(
  url: URL,
  offset: number,
  expected: number,
  signal: AbortSignal,
): Promise<Opened> {
  const response = await request(url, offset, signal);
  const served = servedRange(response);
  const resumes = response.status === 206 && served.start === offset;
  if (offset > 0 && (response.status === 416 || (response.status === 206 && !resumes))) {
    await discard(response);
    return openUrl(url, 0, expected, signal);
  }
  if (response.body === null || !(resumes || response.status === 200)) {
    await discard(response);
    throw refused(url, response);
  }
  if (served.total !== undefined && served.total !== expected) {
    await discard(response);
    throw wrongLength(url, expected, served.total);
  }
  return { startsAt: resumes ? offset : 0, chunks: response.body };
}

async function request(url: URL, offset: number, signal: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (offset > 0) headers['range'] = `bytes=${offset}-`;
  try {
    return await fetch(url, { headers, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new LikenessError(
      'download_failed',
      `${url.href} could not be reached: ${reasonOf(error)}. Check the network and the address.`,
      { details: { url: url.href }, cause: error },
    );
  }
}

/** Where the body starts and how long the whole file is, as far as the server says. */
function servedRange({ status, headers }: Response): { start?: number; total?: number } {
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '');
  if (status === 206 && range !== null) return { start: Number(range[1]), total: Number(range[2]) };
  const length = headers.get('content-length');
  // The length of a compressed body says nothing about the file.
  if (length === null || headers.has('content-encoding')) return {};
  return { total: Number(length) };
}

/** `fetch failed` alone helps nobody; the system's word is in the cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}

const discard = (response: Response): Promise<void> => response.body?.cancel() ?? Promise.resolve();

const refused = (url: URL, { status, statusText }: Response): LikenessError =>
  new LikenessError(
    'download_failed',
    `${url.href} answered ${status} ${statusText}`.trimEnd() +
      '. Try again later, or name another place with --from.',
    { details: { url: url.href, status } },
  );

const wrongLength = (url: URL, expected: number, actual: number): LikenessError =>
  new LikenessError(
    'download_corrupt',
    `${url.href} has ${actual} bytes, but the pinned file has ${expected}. ` +
      'It is another file; name another place with --from.',
    { details: { url: url.href, expected, actual } },
  );
