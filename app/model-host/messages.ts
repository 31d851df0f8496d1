import type { FromHost } from '../../contract/host.ts';
import { ErrorData, type ErrorData as Data } from '../../contract/errors.ts';
import { Progress } from '../../contract/values.ts';

/** What a host sent as a message of the protocol, else null. Results are trusted to fit their method. */
export function parseFromHost(message: unknown): FromHost | null {
  if (!isRecord(message)) return null;
  const { kind, id, pid } = message;
  if (kind === 'ready') return typeof pid === 'number' ? { kind, pid } : null;
  return typeof id === 'number' ? parseReply(id, message) : null;
}

function parseReply(id: number, message: Readonly<Record<string, unknown>>): FromHost | null {
  switch (message['kind']) {
    case 'result':
      return { kind: 'result', id, value: message['value'] };
    case 'failure':
      return { kind: 'failure', id, error: parseError(message['error']) };
    case 'progress': {
      const progress = Progress.safeParse(message['progress']);
      return progress.success ? { kind: 'progress', id, progress: progress.data } : null;
    }
    default:
      return null;
  }
}

/** The request has failed in any case, so that whoever waits for it must hear. */
function parseError(error: unknown): Data {
  const parsed = ErrorData.safeParse(error);
  if (parsed.success) return parsed.data;
  const message = 'The model process failed without saying how.';
  return { code: 'internal', message, details: { received: error } };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
