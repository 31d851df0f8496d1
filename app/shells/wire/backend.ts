import type { CommandInput, CommandName, CommandOutput } from '../../../contract/commands.ts';
import type { EventName, EventPayload } from '../../../contract/events.ts';
import type { Progress } from '../../../contract/values.ts';
import type { ApiKey } from '../../../contract/application.ts';

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Whoever shows a key: its paths and addresses are checked against what the owner allows. */
  readonly caller?: 'program';
}

/** Hears every event of the contract's table. */
export type EventListener = <N extends EventName>(name: N, payload: EventPayload<N>) => void;

/** What a shell talks to: the services, seen from a window or another program. */
export interface Backend {
  /** Carries out one command, whose input may come from anywhere. Errors: LikenessError. */
  readonly dispatch: <N extends CommandName>(
    name: N,
    input: CommandInput<N>,
    call?: CallOptions,
  ) => Promise<CommandOutput<N>>;
  /** Tells every event from now on; gives a function that takes the listener away. */
  readonly subscribe: (listener: EventListener) => () => void;
  /** The key of a secret that a program shows; null where it is none, or is revoked. */
  readonly checkKey: (secret: string) => ApiKey | null;
}
