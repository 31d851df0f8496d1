import { z } from 'zod';
import { ErrorData } from './errors.ts';
import { Progress } from './values.ts';

/**
 * The one protocol in which a window asks its shell, and a shell its model hosts. Who asks numbers its
 * requests; who answers tells progress, and answers every request once. What a request looks like
 * besides, and what else is said, is in wire.ts and host.ts; both ends are in `foundation/rpc.ts`.
 */

/** Counts up within a connection, from 1; an id is used once. */
export const RequestId = z.int().positive();

/** Stops a request: it is answered with `cancelled`. One that is answered already is no error. */
export const Cancel = z.strictObject({ kind: z.literal('cancel'), id: RequestId });
export type Cancel = z.infer<typeof Cancel>;

export const Response = z.object({
  kind: z.literal('response'),
  id: RequestId,
  result: z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), value: z.unknown() }),
    z.object({ ok: z.literal(false), error: ErrorData }),
  ]),
});

export const ProgressNote = z.object({
  kind: z.literal('progress'),
  id: RequestId,
  progress: Progress,
});

/** What belongs to a request. */
export const Answer = z.discriminatedUnion('kind', [Response, ProgressNote]);
export type Answer = z.infer<typeof Answer>;

/** How the work for one request is stopped, and how it tells where it stands. */
export interface RequestContext {
  /** Aborts when the request is called off. */
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
}
