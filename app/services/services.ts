import {
  commands,
  type CommandInput,
  type CommandName,
  type CommandOutput,
  type CommandPayload,
} from '../contract/commands.ts';
import { LikenessError, toLikenessError } from '../contract/errors.ts';
import type { Store } from '../../db/store.ts';
import type { HostConfiguration, ModelHost } from '../model-host/types.ts';
import type { CallOptions, Handler, Handlers, ServiceContext } from './context.ts';
import { detect } from './detect.ts';
import { doctor } from './doctor.ts';
import { enrol } from './enrolment/enrol.ts';
import { importFolder } from './enrolment/import-folder.ts';
import { runEvaluation } from './evaluation.ts';
import { GallerySync } from './gallery-sync.ts';
import { gradGraph, showGraph } from './graphs.ts';
import { identify } from './identify.ts';
import { fetchModel, importModel, listModels, useModel, verifyModels } from './models.ts';
import { deletePerson, listPeople, mergePeople, renamePerson, showPerson } from './people.ts';
import * as styling from './styling/commands.ts';
import { PaintingQueue } from './styling/painting-queue.ts';
import { verify } from './verify.ts';

const handlers: Handlers = {
  'faces.detect': detect,
  'enrolment.enrol': enrol,
  'enrolment.importFolder': importFolder,
  'identification.identify': identify,
  'verification.verify': verify,
  'people.list': listPeople,
  'people.show': showPerson,
  'people.rename': renamePerson,
  'people.merge': mergePeople,
  'people.delete': deletePerson,
  'models.list': listModels,
  'models.verify': verifyModels,
  'models.fetch': fetchModel,
  'models.import': importModel,
  'models.use': useModel,
  'evaluation.run': runEvaluation,
  'styling.estimate': styling.estimate,
  'styling.create': styling.create,
  'styling.list': styling.list,
  'styling.show': styling.show,
  'styling.wait': styling.wait,
  'styling.pause': styling.pause,
  'styling.resume': styling.resume,
  'styling.cancel': styling.cancel,
  'styling.recall': styling.recall,
  'graph.show': showGraph,
  'graph.grad': gradGraph,
  'diagnostics.doctor': doctor,
};

export interface ServiceOptions {
  readonly store: Store;
  /** Started with `hostConfiguration(store, configuration)`. */
  readonly host: ModelHost;
  /** A process of its own for paintings, so that recognition need not wait; `host` if absent. */
  readonly studio?: ModelHost;
  readonly configuration: HostConfiguration;
  /** Version of the application. */
  readonly version: string;
  /** Count identifications in the activity; off by default. */
  readonly recordIdentifications?: boolean;
  readonly now?: () => Date;
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
  /** Pauses the painting under way; to be called before hosts and store are closed. */
  readonly close: () => Promise<void>;
}

/** The use cases on one store and its hosts, all owned by the caller. */
export function createServices(options: ServiceOptions): Services {
  const { store, host, studio = host, configuration, version } = options;
  const now = options.now ?? (() => new Date());
  const paintings = new PaintingQueue(store, studio, now);
  const context: ServiceContext = {
    store,
    host,
    studio,
    paintings,
    configuration,
    version,
    gallery: new GallerySync(store, host),
    recordIdentifications: options.recordIdentifications ?? false,
    now,
  };
  return {
    async dispatch(name, input, call = {}) {
      try {
        const handler: Handler<typeof name> = handlerOf(name);
        return await handler(context, validated(name, input), call);
      } catch (thrown) {
        throw toLikenessError(thrown);
      }
    },
    close: () => paintings.close(),
  };
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
  const fields = result.error.issues.map(({ path, message }) => ({
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

const sentence = ({ field, message }: { field: string; message: string }): string =>
  `${field}: ${message}`;
