import { ErrorData } from '../contract/errors.ts';
import { Progress } from '../contract/values.ts';
import type { FromHost } from '../../native-models/host/protocol.ts';

/** The message if it is one of the protocol, else null. Results are trusted to fit their method. */
export function parseFromHost(message: unknown): FromHost | null {
  if (!isRecord(message)) return null;
  const { kind, id } = message;
  if (kind === 'ready') {
    const { pid } = message;
    return typeof pid === 'number' ? { kind, pid } : null;
  }
  return typeof id === 'number' ? parseReply(id, message) : null;
}

function parseReply(id: number, message: Readonly<Record<string, unknown>>): FromHost | null {
  switch (message['kind']) {
    case 'result':
      return 'value' in message ? { kind: 'result', id, value: message['value'] } : null;
    case 'failure': {
      const error = ErrorData.safeParse(message['error']);
      return error.success ? { kind: 'failure', id, error: error.data } : null;
    }
    case 'progress': {
      const progress = Progress.safeParse(message['progress']);
      return progress.success ? { kind: 'progress', id, progress: progress.data } : null;
    }
    default:
      return null;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
