import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore } from '../../db/store.ts';
import { version } from '../contract/version.ts';
import type { ProviderChoice } from '../contract/values.ts';
import { createModelHost } from '../model-host/model-host.ts';
import type { HostConfiguration } from '../model-host/types.ts';
import { hostConfiguration } from '../services/host-configuration.ts';
import { createServices, type Services } from '../services/services.ts';

export interface Composition {
  /** People are kept here, and models that were fetched or imported. */
  readonly dataDir: string;
  readonly provider: ProviderChoice;
  /** Catalog ids; absent: the active model of the role. */
  readonly detector?: string;
  readonly encoder?: string;
}

export interface Application extends AsyncDisposable {
  readonly dispatch: Services['dispatch'];
}

/**
 * Puts the application together: database, hosts for recognition and for paintings, services. A
 * host's process comes up with the first request that needs it. Errors: those of `openStore`.
 */
export function compose({ dataDir, provider, detector, encoder }: Composition): Application {
  const store = openStore({ dataDir });
  const configuration: HostConfiguration = {
    role: 'recognition',
    builtInModels: builtInModels(),
    userModels: path.join(dataDir, 'models'),
    provider,
    ...(detector === undefined ? {} : { detector }),
    ...(encoder === undefined ? {} : { encoder }),
  };
  const host = createModelHost({ configuration: hostConfiguration(store, configuration) });
  const studio = createModelHost({ configuration: { ...configuration, role: 'studio' } });
  const services = createServices({ store, host, studio, configuration, version });
  return {
    dispatch: (name, input, call) => services.dispatch(name, input, call),
    [Symbol.asyncDispose]: async () => {
      await services.close();
      await Promise.all([host.dispose(), studio.dispose()]);
      store.close();
    },
  };
}

/** Beside the bundle, or where the build puts them when the sources run; packagers may say otherwise. */
function builtInModels(): string {
  const { LIKENESS_MODELS } = process.env;
  if (LIKENESS_MODELS !== undefined && LIKENESS_MODELS !== '') return path.resolve(LIKENESS_MODELS);
  const models = import.meta.url.endsWith('.ts') ? '../../dist/models' : './models';
  return fileURLToPath(new URL(models, import.meta.url));
}
