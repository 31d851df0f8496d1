import type { ToHost } from '../../contract/host.ts';

/**
 * A message as one of the protocol, or null for anything that could not even be answered. Payloads
 * come from our own shell, which validated them against the contract; only the envelope is checked.
 */
export function parseMessage(message: unknown): ToHost | null {
  if (!isRecord(message)) return null;
  switch (message['kind']) {
    case 'configure':
      return isRecord(message['configuration']) ? (message as ToHost) : null;
    case 'request':
      return isNumbered(message) ? (message as unknown as ToHost) : null;
    case 'cancel':
      return isNumbered(message) ? (message as ToHost) : null;
    case 'shutdown':
      return { kind: 'shutdown' };
    default:
      return null;
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isNumbered = ({ id }: Record<string, unknown>): boolean => typeof id === 'number';
