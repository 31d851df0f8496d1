import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DATABASE_NAME, openStore } from '../../db/store.ts';
import { commands, type CommandInput, type CommandName } from '../../contract/commands.ts';
import { LikenessError, toLikenessError } from '../../contract/errors.ts';
import { version } from '../../contract/version.ts';
import type { ProviderChoice } from '../../contract/values.ts';
import type { ProcessLauncher } from '../model-host/launcher.ts';
import { createModelHost } from '../model-host/model-host.ts';
import type { HostConfiguration, ModelHost } from '../model-host/types.ts';
import { restoreUnreadable } from '../services/backup.ts';
import type { CallOptions } from '../services/context.ts';
import { doctorWithoutDatabase } from '../services/doctor.ts';
import type { EventListener } from '../services/events.ts';
import { hostConfiguration } from '../services/host-configuration.ts';
import { createServices } from '../services/services.ts';
import type { Backend } from './wire/access.ts';

/** Where the program's own files lie. */
export interface Locations {
  /** Folder of the built-in models. */
  readonly models: string;
  /** Folder of the sample photos. */
  readonly samples: string;
}

export interface Composition {
  /** People are kept here, and models that were fetched or imported. */
  readonly dataDir: string;
  readonly provider: ProviderChoice;
  /** Catalog ids; absent: the active model of the role. */
  readonly detector?: string;
  readonly encoder?: string;
  /** Absent: beside the bundle, or where the build puts them when the sources run. */
  readonly locations?: Partial<Locations>;
  /** Starts the processes of the hosts; `child_process.fork` if absent. */
  readonly launch?: ProcessLauncher;
}

export interface Application extends Backend, AsyncDisposable {}

/**
 * Puts the application together: database, hosts for recognition and for paintings, services. A
 * host's process comes up with the first request that needs it. Where the database cannot be opened,
 * every command fails with the reason but two: `diagnostics.doctor`, which reports it, and
 * `backup.restore`, after which all of them work.
 */
export function compose(composition: Composition): Application {
  /** Who listens, and what takes each of them away from the services of the moment. */
  const listeners = new Map<EventListener, () => void>();
  const open = (): Serving | Unopened => {
    try {
      const serving = serve(composition);
      for (const listener of listeners.keys()) listeners.set(listener, serving.subscribe(listener));
      return serving;
    } catch (thrown) {
      return { problem: toLikenessError(thrown) };
    }
  };
  let state = open();
  const restore = async (input: CommandInput<'backup.restore'>) => {
    const { file } = commands['backup.restore'].input.parse(input);
    const restored = await restoreUnreadable(databaseOf(composition), file, new Date());
    state = open();
    return restored;
  };
  const dispatch = async (name: CommandName, input: never, call: CallOptions = {}) => {
    if ('problem' in state) {
      const { problem } = state;
      if (name === 'diagnostics.doctor') return examine(composition, problem, call);
      if (name === 'backup.restore' && isReplaceable(problem)) return restore(input);
      throw problem;
    }
    try {
      return await state.dispatch(name, input, call);
    } catch (thrown) {
      if (name !== 'backup.restore' || !isOwnDamage(thrown, composition)) throw thrown;
      // Sound enough to be opened, too damaged to be written to.
      await state[Symbol.asyncDispose]();
      state = { problem: toLikenessError(thrown) };
      return restore(input);
    }
  };
  return {
    dispatch: dispatch as Application['dispatch'],
    subscribe: (listener) => {
      listeners.set(listener, 'problem' in state ? () => undefined : state.subscribe(listener));
      return () => {
        listeners.get(listener)?.();
        listeners.delete(listener);
      };
    },
    checkKey: (secret) => ('problem' in state ? null : state.checkKey(secret)),
    [Symbol.asyncDispose]: async () => {
      if (!('problem' in state)) await state[Symbol.asyncDispose]();
    },
  };
}

type Serving = Application;

interface Unopened {
  readonly problem: LikenessError;
}

const databaseOf = ({ dataDir }: Composition): string => path.resolve(dataDir, DATABASE_NAME);

/** What a backup can take the place of: not a disk that is full, nor a file that others hold. */
const isReplaceable = ({ code, details }: LikenessError): boolean =>
  code === 'database_corrupt' ||
  code === 'database_newer' ||
  (code === 'database_unavailable' && 'applicationId' in details);

const isOwnDamage = (thrown: unknown, composition: Composition): boolean =>
  thrown instanceof LikenessError &&
  thrown.code === 'database_corrupt' &&
  thrown.details['file'] === databaseOf(composition);

/** A host of its own tells of runtime and models, which need no database. */
async function examine(composition: Composition, problem: LikenessError, call: CallOptions) {
  const { launch } = composition;
  const configuration = configurationOf(composition);
  const host = createModelHost({ configuration, ...(launch === undefined ? {} : { launch }) });
  try {
    const file = databaseOf(composition);
    return await doctorWithoutDatabase(host, { file, version, problem }, call);
  } finally {
    await host.dispose();
  }
}

function configurationOf(composition: Composition): HostConfiguration {
  const { dataDir, provider, detector, encoder } = composition;
  const { models, samples } = locationsOf(composition);
  return {
    role: 'recognition',
    builtInModels: models,
    userModels: path.join(dataDir, 'models'),
    provider,
    samples,
    ...(detector === undefined ? {} : { detector }),
    ...(encoder === undefined ? {} : { encoder }),
  };
}

/** Errors: those of `openStore`. */
function serve(composition: Composition): Serving {
  const { dataDir, launch } = composition;
  const store = openStore({ dataDir });
  const { samples } = locationsOf(composition);
  const configuration = configurationOf(composition);
  const hostOf = (of: HostConfiguration): ModelHost =>
    createModelHost({ configuration: of, ...(launch === undefined ? {} : { launch }) });
  const host = hostOf(hostConfiguration(store, configuration));
  const studio = hostOf({ ...configuration, role: 'studio' });
  const services = createServices({ store, host, studio, configuration, samples, version });
  return {
    dispatch: (name, input, call) => services.dispatch(name, input, call),
    subscribe: services.subscribe,
    checkKey: services.checkKey,
    [Symbol.asyncDispose]: async () => {
      await services.close();
      await Promise.all([host.dispose(), studio.dispose()]);
      store.close();
    },
  };
}

const locationsOf = ({ locations = {} }: Composition): Locations => ({
  models: locations.models ?? besideBundle('models'),
  samples: locations.samples ?? besideBundle('samples'),
});

function besideBundle(what: keyof Locations): string {
  const place = import.meta.url.endsWith('.ts') ? `../../dist/${what}` : `./${what}`;
  return fileURLToPath(new URL(place, import.meta.url));
}

/** What packagers and tests say of them in the environment, which the shells read. */
export function locationsIn(env: Readonly<Record<string, string | undefined>>): Partial<Locations> {
  const said = (what: keyof Locations): Partial<Locations> => {
    const folder = env[`LIKENESS_${what.toUpperCase()}`];
    return folder === undefined || folder === '' ? {} : { [what]: path.resolve(folder) };
  };
  return { ...said('models'), ...said('samples') };
}
