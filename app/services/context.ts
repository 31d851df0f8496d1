import type { CommandName, CommandOutput, CommandPayload } from '../../contract/commands.ts';
import type { Progress } from '../../contract/values.ts';
import type { Store } from '../../db/store.ts';
import type { HostConfiguration, ModelHost } from '../model-host/types.ts';
import type { Erasure } from './erasure.ts';
import type { EventListener } from './events.ts';
import type { GallerySync } from './gallery-sync.ts';
import type { PersistedKioskLock } from './kiosk/lock.ts';
import type { LiveNotes, LiveStreams } from './live/streams.ts';
import type { PictureNames } from './picture-names.ts';
import type { PaintingQueue } from './painting/painting-queue.ts';
import type { UndoBook } from './undo-book.ts';

/** What every use case works with. */
export interface ServiceContext {
  readonly store: Store;
  readonly host: ModelHost;
  /** Paints; may be the same as `host`. */
  readonly studio: ModelHost;
  readonly paintings: PaintingQueue;
  readonly gallery: GallerySync;
  readonly live: LiveStreams;
  /** Every camera view shares it: a person is noted once, not once per view. */
  readonly liveNotes: LiveNotes;
  readonly kiosk: PersistedKioskLock;
  readonly pictureNames: PictureNames;
  readonly undos: UndoBook;
  readonly erasure: Erasure;
  /** Clears away what need not be kept any longer, which may be more since a setting changed. */
  readonly tidy: () => void;
  /** What the shell asks of the host; choices kept in the settings come on top of it. */
  readonly configuration: HostConfiguration;
  /** Where the sample photos lie. */
  readonly samples: string;
  /** Version of the application. */
  readonly version: string;
  /** Tells every window. */
  readonly emit: EventListener;
  /** What the machine's clock says, for what is written down; it may jump either way. */
  readonly now: () => Date;
}

/** What a caller may pass along with a command. */
export interface CallOptions {
  /** Aborting it stops the command with `cancelled`; what is committed by then stays. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** A program with a key, which gets at the files that the owner allows (`programs.ts`); else the owner. */
  readonly caller?: 'program';
}

/** A use case: payloads arrive validated and with their defaults; failures are LikenessErrors. */
export type Handler<N extends CommandName> = (
  context: ServiceContext,
  payload: CommandPayload<N>,
  call: CallOptions,
) => CommandOutput<N> | Promise<CommandOutput<N>>;

export type Handlers = { readonly [N in CommandName]: Handler<N> };
