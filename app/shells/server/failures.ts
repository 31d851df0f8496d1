import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LikenessError, toLikenessError, type ErrorCode } from '../../../contract/errors.ts';
import { protectiveHeaders } from '../wire/pages.ts';
import { languageOf, noticePage, type Notice } from './open-page.ts';
import type { Credential, Rates, Shown } from './rate.ts';

const statuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  invalid_input: 400,
  name_invalid: 400,
  message_malformed: 400,
  not_authorized: 401,
  origin_refused: 403,
  command_refused: 403,
  path_refused: 403,
  kiosk_locked: 403,
  route_unknown: 404,
  command_unknown: 404,
  file_not_found: 404,
  person_not_found: 404,
  job_not_found: 404,
  model_unknown: 404,
  person_exists: 409,
  already_enrolled: 409,
  job_state: 409,
  method_refused: 405,
  message_too_large: 413,
  image_too_large: 413,
  file_too_large: 413,
  too_many_requests: 429,
  cancelled: 499,
  internal: 500,
  disk_full: 507,
  host_start_failed: 503,
  host_crashed: 503,
  host_timeout: 504,
  database_busy: 503,
  window_missing: 503,
};

/** The HTTP status that goes with a code; 422: understood, and it cannot be done. */
export const statusOf = (code: ErrorCode): number => statuses[code] ?? 422;

export async function sendFailure(reply: FastifyReply, error: LikenessError): Promise<void> {
  await reply
    .code(statusOf(error.code))
    .type('application/json')
    .send(JSON.stringify({ error: error.toData() }));
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of whom the request is: a session or a key that was found valid; null: a stranger's. */
    credential: Credential | null;
  }
}

/**
 * Every failure leaves as `{"error": {code, message, details}}`, also Fastify's own; where a browser
 * shows the answer as a page, as one. Those of strangers are counted.
 */
export function answerFailures(app: FastifyInstance, rates: Rates): void {
  app.setErrorHandler(async (thrown, request, reply) => {
    await answer(request, reply, counted(rates, request, translated(thrown)));
  });
  app.setNotFoundHandler(async (request, reply) => {
    await answer(request, reply, counted(rates, request, routeUnknown(request)));
  });
}

export const routeUnknown = ({ method, url }: Pick<FastifyRequest, 'method' | 'url'>) =>
  new LikenessError('route_unknown', `There is no ${method} ${url.slice(0, MOST_QUOTED)}.`);

/** Characters of an address that an answer repeats. */
const MOST_QUOTED = 200;

/**
 * What Fastify refuses ahead of all hooks: an address that cannot be decoded. `enter` is what they
 * would have done.
 */
export const answerUnroutable =
  (enter: (request: FastifyRequest, reply: FastifyReply) => void, rates: Rates) =>
  (thrown: Error, request: FastifyRequest, reply: FastifyReply): void => {
    let error = translated(thrown);
    try {
      enter(request, reply);
    } catch (refused) {
      error = translated(refused);
    }
    // Where it asked for a socket, nobody else ends the connection.
    reply.raw.once('finish', () => request.raw.socket.destroySoon());
    void answer(request, reply, counted(rates, request, error));
  };

function counted(rates: Rates, request: FastifyRequest, error: LikenessError): LikenessError {
  const isStranger = (request.credential ?? null) === null;
  return isStranger ? rates.afterFailure(error, shownBy(request)) : error;
}

function shownBy({ method, url, headers }: FastifyRequest): Shown {
  if (headers.authorization?.startsWith('Bearer ') === true) return 'key';
  return method === 'POST' && url === '/session' ? 'link' : 'nothing';
}

/** What is refused where there is no request yet: by the parser of HTTP, and by that of WebSockets. */
export function answerUnreadable(app: FastifyInstance): void {
  const { server, websocketServer } = app;
  server.on('connect', ({ method }: IncomingMessage, socket: Duplex) =>
    answerRaw(socket, 405, new LikenessError('method_refused', `${method} is not served.`)),
  );
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const error = new LikenessError('message_malformed', 'No expectation is met but 100-continue.');
    const { headers, body } = rawAnswer(error);
    response.writeHead(417, headers).end(body);
  });
  websocketServer.on('wsClientError', (thrown: Error, socket: Duplex) =>
    answerRaw(socket, 400, new LikenessError('message_malformed', thrown.message)),
  );
}

/** For the `clientError` of Node's server: what came over the connection is no HTTP. */
export function answerClientError(thrown: NodeJS.ErrnoException, socket: Duplex): void {
  // An answer under way must not go on with a second one.
  const { _httpMessage: underWay } = socket as { _httpMessage?: { headersSent: boolean } | null };
  if (!socket.writable || underWay?.headersSent === true || thrown.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { status, message } = ofParser(thrown as ParserError);
  const code = status === 405 ? 'method_refused' : status === 400 ? 'message_malformed' : undefined;
  answerRaw(socket, status, new LikenessError(code ?? 'message_too_large', message));
}

interface ParserError {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

function ofParser({ code, rawPacket }: ParserError): { status: number; message: string } {
  switch (code ?? '') {
    case 'HPE_HEADER_OVERFLOW':
      return rawPacket !== undefined && !rawPacket.includes('\n')
        ? { status: 414, message: 'The address is too long.' }
        : { status: 431, message: 'The headers are too long.' };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { status: 413, message: 'The extensions of a chunk are too long.' };
    case 'HPE_INVALID_METHOD':
      return /^[A-Z]+ \S+ HTTP\/1/u.test(rawPacket?.toString('latin1', 0, 1000) ?? '')
        ? { status: 405, message: 'The method is unknown.' }
        : noHttp;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, message: 'The request did not arrive in time.' };
    default:
      return noHttp;
  }
}

const noHttp = { status: 400, message: 'The request is no HTTP.' };

function answerRaw(socket: Duplex, status: number, error: LikenessError): void {
  const { headers, body } = rawAnswer(error);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines].join('\r\n');
  socket.once('finish', () => socket.destroy());
  socket.end(`${head}\r\n\r\n${body}`);
}

function rawAnswer(error: LikenessError): { headers: Record<string, string>; body: string } {
  const body = JSON.stringify({ error: error.toData() });
  const headers = {
    ...protectiveHeaders,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  return { headers, body };
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  error: LikenessError,
): Promise<void> {
  const { retryAfterSeconds } = error.details;
  if (typeof retryAfterSeconds === 'number') void reply.header('retry-after', retryAfterSeconds);
  if (!isShown(request)) return sendFailure(reply, error);
  const notice = noticesOf[error.code] ?? 'broken';
  await reply
    .code(statusOf(error.code))
    .type('text/html; charset=utf-8')
    .headers({ 'cache-control': 'no-store', vary: 'accept-language' })
    .send(noticePage(notice, languageOf(request.headers)));
}

const noticesOf: Readonly<Partial<Record<ErrorCode, Notice>>> = {
  not_authorized: 'stranger',
  origin_refused: 'elsewhere',
  route_unknown: 'nothing',
  too_many_requests: 'crowded',
};

/** A browser navigates: the REST interface and what a page loads never ask for HTML. */
const isShown = ({ method, url, headers }: FastifyRequest): boolean =>
  method === 'GET' && !url.startsWith('/api/') && headers.accept?.includes('text/html') === true;

/** Of Fastify's own failures, and those of its plugins: any other of the client is malformed. */
const ofClient: Readonly<Record<number, ErrorCode>> = {
  403: 'route_unknown',
  404: 'route_unknown',
  405: 'method_refused',
  413: 'message_too_large',
  414: 'message_too_large',
  429: 'too_many_requests',
};

function translated(thrown: unknown): LikenessError {
  if (thrown instanceof LikenessError) return thrown;
  const { statusCode = 500 } = thrown as { statusCode?: number };
  if (statusCode < 400 || statusCode > 499) return toLikenessError(thrown);
  const code = ofClient[statusCode] ?? 'message_malformed';
  const { message } = thrown as { message?: string };
  const sentence = code === 'route_unknown' ? 'There is no such address.' : message;
  return new LikenessError(code, sentence ?? 'The request could not be read.');
}
