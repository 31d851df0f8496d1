import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LikenessError, toLikenessError, type ErrorCode } from '../../contract/errors.ts';
import { languageOf, noticePage, type Notice } from './open-page.ts';

const statuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  invalid_input: 400,
  name_invalid: 400,
  message_malformed: 400,
  not_authorised: 401,
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

/**
 * Every failure leaves as `{"error": {code, message, details}}`, also Fastify's own; where a browser
 * shows the answer as a page, as one.
 */
export function answerFailures(app: FastifyInstance): void {
  app.setErrorHandler(async (thrown, request, reply) => {
    await answer(request, reply, translated(thrown));
  });
  app.setNotFoundHandler(async (request, reply) => {
    const { method, url } = request;
    await answer(
      request,
      reply,
      new LikenessError('route_unknown', `There is no ${method} ${url}.`),
    );
  });
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  error: LikenessError,
): Promise<void> {
  if (!isShown(request)) return sendFailure(reply, error);
  const notice = noticesOf[error.code] ?? 'broken';
  await reply
    .code(statusOf(error.code))
    .type('text/html; charset=utf-8')
    .headers({ 'cache-control': 'no-store', vary: 'accept-language' })
    .send(noticePage(notice, languageOf(request.headers)));
}

const noticesOf: Readonly<Partial<Record<ErrorCode, Notice>>> = {
  not_authorised: 'stranger',
  origin_refused: 'elsewhere',
  route_unknown: 'nothing',
  too_many_requests: 'crowded',
};

/** A browser navigates: the REST interface and what a page loads never ask for HTML. */
const isShown = ({ method, url, headers }: FastifyRequest): boolean =>
  method === 'GET' && !url.startsWith('/api/') && headers.accept?.includes('text/html') === true;

const ofFastify: Readonly<Record<number, ErrorCode>> = {
  400: 'message_malformed',
  413: 'message_too_large',
  415: 'message_malformed',
  429: 'too_many_requests',
};

function translated(thrown: unknown): LikenessError {
  if (thrown instanceof LikenessError) return thrown;
  const { statusCode, message } = thrown as { statusCode?: number; message?: string };
  const code = ofFastify[statusCode ?? 0];
  if (code === undefined) return toLikenessError(thrown);
  return new LikenessError(code, message ?? 'The request could not be read.');
}
