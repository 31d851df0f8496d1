import type { Progress } from '../../contract/values.ts';
import type { HostContext } from './context.ts';
import type { HostMethod, HostPayload, HostResult } from '../../contract/host.ts';

export interface RequestContext {
  /** Aborts when the shell takes the request back. */
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
}

/** Answers one method of the protocol. Refusals are LikenessErrors. */
export type Handler<M extends HostMethod> = (
  host: HostContext,
  payload: HostPayload<M>,
  request: RequestContext,
) => Promise<HostResult<M>> | HostResult<M>;

export type Handlers = { readonly [M in HostMethod]: Handler<M> };
