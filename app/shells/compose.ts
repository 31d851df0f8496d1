import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore } from '../../db/store.ts';
import { version } from '../contract/version.ts';
import type { ProviderChoice } from '../contract/values.ts';
import type { ProcessLauncher } from '../model-host/launcher.ts';
import { createModelHost } from '../model-host/model-host.ts';
import type { HostConfiguration, ModelHost } from '../model-host/types.ts';
import { hostConfiguration } from '../services/host-configuration.ts';
import { createServices, type Services } from '../services/services.ts';

export interface Composition {
  /** People are kept here, and models that were fetched or imported. */
  readonly dataDir: string;
  readonly provider: ProviderChoice;
  /** Catalog ids; absent: the active model of the role. */
  readonly detector?: string;
  readonly encoder?: string;
  /** Starts the processes of the hosts; `child_process.fork` if absent. */
  readonly launch?: ProcessLauncher;
}

export interface Application extends AsyncDisposable {
  readonly dispatch: Services['dispatch'];
  /** Hears all events of the contract. */
  readonly subscribe: Services['subscribe'];
  /** The key of a secret that another program shows; null where it is none. */
  readonly checkKey: Services['checkKey'];
}

/**
 * Puts the application together: database, hosts for recognition and for paintings, services. A
 * host's process comes up with the first request that needs it. Errors: those of `openStore`.
 */
export function compose(composition: Composition): Application {
  const { dataDir, provider, detector, encoder, launch } = composition;
  const store = openStore({ dataDir });
  const samples = besideBundle('samples', process.env['LIKENESS_SAMPLES']);
  const configuration: HostConfiguration = {
    role: 'recognition',
    builtInModels: besideBundle('models', process.env['LIKENESS_MODELS']),
    userModels: path.join(dataDir, 'models'),
    provider,
    samples,
    ...(detector === undefined ? {} : { detector }),
    ...(encoder === undefined ? {} : { encoder }),
  };
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

/** Beside the bundle, or where the build puts them when the sources run; packagers may say otherwise. */
function besideBundle(what: 'models' | 'samples', said: string | undefined): string {
  if (said !== undefined && said !== '') return path.resolve(said);
  const place = import.meta.url.endsWith('.ts') ? `../../dist/${what}` : `./${what}`;
  return fileURLToPath(new URL(place, import.meta.url));
}
