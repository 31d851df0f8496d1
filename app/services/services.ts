import {
  commands,
  type CommandInput,
  type CommandName,
  type CommandOutput,
  type CommandPayload,
} from '../../contract/commands.ts';
import { LikenessError, toLikenessError } from '../../contract/errors.ts';
import type { ApiKey } from '../../contract/application.ts';
import type { Store } from '../../db/store.ts';
import type { HostConfiguration, ModelHost } from '../model-host/types.ts';
import { checkKey } from './access.ts';
import { Attempts, sinceBoot } from './attempts.ts';
import { identificationThreshold } from './calibration/threshold.ts';
import type { CallOptions, Handler, ServiceContext } from './context.ts';
import { Erasure } from './erasure.ts';
import { EventBus, type EventListener } from './events.ts';
import { GallerySync } from './gallery-sync.ts';
import { handlers } from './handlers.ts';
import { Housekeeping } from './retention.ts';
import { PersistedKioskLock } from './kiosk/lock.ts';
import { LiveNotes, LiveStreams } from './live/streams.ts';
import { PictureNames } from './picture-names.ts';
import { onBehalfOfProgram } from './programs.ts';
import { PaintingQueue } from './painting/painting-queue.ts';
import { UndoBook } from './undo-book.ts';

export interface ServiceOptions {
  readonly store: Store;
  /** Started with `hostConfiguration(store, configuration)`. */
  readonly host: ModelHost;
  /** A process of its own for paintings, so that recognition need not wait; `host` if absent. */
  readonly studio?: ModelHost;
  readonly configuration: HostConfiguration;
  /** Version of the application. */
  readonly version: string;
  /** Where the sample photos lie; `dist/samples` of the checkout if absent. */
  readonly samples?: string;
  readonly now?: () => Date;
  /** Milliseconds on a clock that nobody can set, from any zero; since the machine's start if absent. */
  readonly elapsed?: () => number;
}

export interface Services {
  /**
   * Runs one command of the contract. The input is checked against its schema here, so it may
   * come from anywhere.
   *
   * @throws LikenessError and nothing else: `invalid_input` or `name_invalid` with the fields in
   *   `details.fields`, or what the command refuses with.
   */
  readonly dispatch: <N extends CommandName>(
    name: N,
    input: CommandInput<N>,
    call?: CallOptions,
  ) => Promise<CommandOutput<N>>;
  /** Hears all events of the contract; returns a function that takes the listener away. */
  readonly subscribe: (listener: EventListener) => () => void;
  /** The key of a secret that another program shows; null where it is none, or is revoked. */
  readonly checkKey: (secret: string) => ApiKey | null;
  /** Pauses the painting under way; to be called before hosts and store are closed. */
  readonly close: () => Promise<void>;
}

/** The use cases on one store and its hosts, all owned by the caller. */
export function createServices(options: ServiceOptions): Services {
  const events = new EventBus();
  const erasure = new Erasure(options.store);
  const housekeeping = new Housekeeping({
    store: options.store,
    erasure,
    now: nowOf(options),
    onExpired: () => events.emit('activity.added', {}),
  });
  const context = contextOf(options, { events, erasure, housekeeping });
  const { store, host, studio, live, paintings, now } = context;
  const unwatch = [
    host.onState((state) => events.emit('host.changed', { role: 'recognition', state })),
    ...(studio === host
      ? []
      : [studio.onState((state) => events.emit('host.changed', { role: 'studio', state }))]),
  ];
  housekeeping.start();
  const carryOut = async <N extends CommandName>(
    name: N,
    payload: CommandPayload<N>,
    call: CallOptions,
  ): Promise<CommandOutput<N>> => {
    const handler: Handler<N> = handlerOf(name);
    try {
      return await handler(context, payload, call);
    } catch (thrown) {
      throw context.pictureNames.inPlain(toLikenessError(thrown));
    } finally {
      // Also after a failure: what was committed before it stays. A dry run changes nothing, and
      // whoever asks again on a change would ask for ever.
      if (!('dryRun' in payload && payload.dryRun)) tellChanges(name, context);
    }
  };
  return {
    async dispatch(name, input, call = {}) {
      handlerOf(name);
      const payload = validated(name, input);
      if (call.caller === undefined) return carryOut(name, payload, call);
      return onBehalfOfProgram(context, name, payload, (allowed) => carryOut(name, allowed, call));
    },
    subscribe: events.subscribe,
    checkKey: (secret) => checkKey(store, secret, now()),
    close: async () => {
      await housekeeping.stop();
      erasure.close();
      live.close();
      context.undos.clear();
      await paintings.close();
      unwatch.forEach((stop) => stop());
    },
  };
}

interface Parts {
  readonly events: EventBus;
  readonly erasure: Erasure;
  readonly housekeeping: Housekeeping;
}

const nowOf = ({ now }: ServiceOptions): (() => Date) => now ?? (() => new Date());

function contextOf(options: ServiceOptions, parts: Parts): ServiceContext {
  const { store, host, studio = host, configuration, version } = options;
  const { events, erasure, housekeeping } = parts;
  const now = nowOf(options);
  const elapsed = options.elapsed ?? sinceBoot;
  const gallery = new GallerySync(store, host);
  const pictureNames = new PictureNames(store);
  return {
    store,
    host,
    studio,
    paintings: new PaintingQueue(store, studio, now, events, pictureNames),
    configuration,
    version,
    gallery,
    live: new LiveStreams(host, gallery, (encoder) => identificationThreshold(store, encoder)),
    liveNotes: new LiveNotes(store, elapsed),
    pictureNames,
    undos: new UndoBook(store, elapsed),
    erasure,
    tidy: () => housekeeping.tidy(),
    kiosk: new PersistedKioskLock(store, now, new Attempts(store, elapsed)),
    samples: options.samples ?? '',
    emit: events.emit,
    now,
  };
}

/** Tells every window what it has to read again. */
function tellChanges(name: CommandName, { live, emit }: ServiceContext): void {
  const { changes } = commands[name];
  if (changes.includes('people.changed')) live.reconsider();
  for (const change of changes) emit(change, {});
}

/** Names arrive from outside as well, so the type alone does not vouch for them. */
function handlerOf<N extends CommandName>(name: N): Handler<N> {
  if (Object.hasOwn(handlers, name)) return handlers[name];
  throw new LikenessError('invalid_input', `There is no command ${JSON.stringify(name)}.`, {
    details: { fields: [{ field: 'command', message: 'is unknown' }] },
  });
}

function validated<N extends CommandName>(name: N, input: unknown): CommandPayload<N> {
  const result = commands[name].input.safeParse(input);
  if (result.success) return result.data as CommandPayload<N>;
  const fields = result.error.issues.slice(0, MOST_FIELDS).map(({ path, message }) => ({
    field: path.join('.') || 'input',
    message,
  }));
  const onlyName = fields.every(({ field }) => field === 'name');
  throw new LikenessError(
    onlyName ? 'name_invalid' : 'invalid_input',
    `${name} cannot use what it was given: ${fields.map(sentence).join('; ')}.`,
    { details: { fields } },
  );
}

/** Wrong fields that a refusal names; a list may have thousands. */
const MOST_FIELDS = 20;

const sentence = ({ field, message }: { field: string; message: string }): string =>
  `${field}: ${message}`;
