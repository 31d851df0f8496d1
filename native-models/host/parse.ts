import type { ToHost } from './protocol.ts';

/**
 * A message as one of the protocol, or null for anything else. Payloads come from our own shell,
 * which validated them against the contract; here only the envelope is looked at.
 */
export function parseMessage(message: unknown): ToHost | null {
  if (!isRecord(message)) return null;
  switch (message['kind']) {
    case 'configure':
      return isRecord(message['configuration']) ? (message as ToHost) : null;
    case 'request':
      return isRequest(message) ? (message as unknown as ToHost) : null;
    case 'cancel':
      return typeof message['id'] === 'number' ? (message as ToHost) : null;
    case 'shutdown':
      return { kind: 'shutdown' };
    default:
      return null;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isRequest = ({ id, method, payload }: Record<string, unknown>): boolean =>
  typeof id === 'number' && typeof method === 'string' && isRecord(payload);
