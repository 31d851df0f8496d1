import type { CommandInput, CommandName, CommandOutput } from '../../contract/commands.ts';
import type { Progress } from '../../contract/values.ts';
import type { Settings } from './settings.ts';

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Carries out one command of the contract. Errors: LikenessError. */
export type Dispatch = <N extends CommandName>(
  name: N,
  input: CommandInput<N>,
  options?: CallOptions,
) => Promise<CommandOutput<N>>;

/** The services with everything below them, for the length of one command line. */
export interface Session extends AsyncDisposable {
  readonly dispatch: Dispatch;
}

export type OpenSession = (settings: Settings) => Promise<Session>;
