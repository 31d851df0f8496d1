import type { CommandName, CommandOutput, CommandPayload } from '../contract/commands.ts';
import type { Progress } from '../contract/values.ts';
import type { Store } from '../../db/store.ts';
import type { HostConfiguration, ModelHost } from '../model-host/types.ts';
import type { GallerySync } from './gallery-sync.ts';
import type { PaintingQueue } from './styling/painting-queue.ts';

/** What every use case works with. */
export interface ServiceContext {
  readonly store: Store;
  readonly host: ModelHost;
  /** Paints; may be the same as `host`. */
  readonly studio: ModelHost;
  readonly paintings: PaintingQueue;
  readonly gallery: GallerySync;
  /** What the shell asks of the host; choices kept in the settings come on top of it. */
  readonly configuration: HostConfiguration;
  /** Version of the application. */
  readonly version: string;
  /** Count identifications in the activity; off unless somebody asks for it. */
  readonly recordIdentifications: boolean;
  readonly now: () => Date;
}

/** What a caller may pass along with a command. */
export interface CallOptions {
  /** Aborting it stops the command with `cancelled`; what is committed by then stays. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** A use case: payloads arrive validated and with their defaults; failures are LikenessErrors. */
export type Handler<N extends CommandName> = (
  context: ServiceContext,
  payload: CommandPayload<N>,
  call: CallOptions,
) => CommandOutput<N> | Promise<CommandOutput<N>>;

export type Handlers = { readonly [N in CommandName]: Handler<N> };
