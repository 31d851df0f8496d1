import { z } from 'zod';
import { ErrorData } from './errors.ts';
import { Cancel, ProgressNote, RequestId, Response } from './rpc.ts';

export { wireLimits } from './wire-limits.ts';

/**
 * What a window and its shell say to each other, whatever carries it: structured clones over the
 * Electron bridge, MessagePack frames (`ignoreUndefined`) over the WebSocket. Who receives checks.
 */
export const ToShell = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('request'),
    id: RequestId,
    command: z.string().min(1).max(64),
    input: z.unknown(),
    /** The PIN or the code that `proof_needed` asked for. */
    proof: z.string().max(12).optional(),
  }),
  Cancel,
  /** Locks all windows into the kiosk until `kiosk.unlock`; refused with `pin_missing` without PIN. */
  z.strictObject({ kind: z.literal('lock') }),
]);
export type ToShell = z.infer<typeof ToShell>;

export const ToWindow = z.discriminatedUnion('kind', [
  /** The first message of a connection, and again when something of it changes. */
  z.object({
    kind: z.literal('session'),
    shell: z.enum(['electron', 'server']),
    /** Locked into the kiosk: other commands are refused with `kiosk_locked`. */
    kiosk: z.boolean(),
  }),
  Response,
  ProgressNote,
  z.object({ kind: z.literal('event'), name: z.string(), payload: z.unknown() }),
  /** A message to the shell that belongs to no request: unreadable, too large, out of order. */
  z.object({ kind: z.literal('refused'), error: ErrorData }),
]);
export type ToWindow = z.infer<typeof ToWindow>;

/** `window.likeness` under Electron: the preload's end of the same conversation. */
export interface Bridge {
  readonly send: (message: ToShell) => void;
  /** One listener per window; it first hears `session`. */
  readonly listen: (listener: (message: ToWindow) => void) => void;
  /** Where a dropped or picked File lies on the disk; null where it lies nowhere. */
  readonly pathOf: (file: object) => string | null;
}

/** Where the server shell listens, below its origin. */
export const wirePaths = {
  /** The WebSocket. The secret of a session, as a subprotocol, authorizes it. */
  socket: '/socket',
  /** POST /api/v1/<command>, for other programs, with a key. */
  api: '/api/v1',
} as const;
