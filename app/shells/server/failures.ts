import type { FastifyInstance, FastifyReply } from 'fastify';
import { LikenessError, toLikenessError, type ErrorCode } from '../../contract/errors.ts';

const statuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  invalid_input: 400,
  name_invalid: 400,
  message_malformed: 400,
  not_authorised: 401,
  origin_refused: 403,
  command_refused: 403,
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
  message_too_large: 413,
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

/** Every failure leaves as `{"error": {code, message, details}}`, also Fastify's own. */
export function answerFailures(app: FastifyInstance): void {
  app.setErrorHandler(async (thrown, _request, reply) => {
    await sendFailure(reply, translated(thrown));
  });
  app.setNotFoundHandler(async ({ method, url }, reply) => {
    await sendFailure(reply, new LikenessError('route_unknown', `There is no ${method} ${url}.`));
  });
}

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
