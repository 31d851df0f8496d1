import { existsSync } from 'node:fs';
import path from 'node:path';
import { openStore, type Store } from '../../../db/store.ts';
import { createModelHost } from '../../model-host/model-host.ts';
import type { ModelHost } from '../../model-host/types.ts';
import { createServices, type Services } from '../services.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const builtInModels = path.join(root, 'dist/models');

/** Whether the built-in models have been built; says so where they have not. */
export function modelsAreBuilt(): boolean {
  const built = existsSync(path.join(builtInModels, 'encoder-resnet29.json'));
  if (!built) console.warn('Not tested with the real models: run `npm run build` first.');
  return built;
}

export interface RealApplication extends Pick<Services, 'dispatch'>, AsyncDisposable {
  readonly store: Store;
  readonly host: ModelHost;
}

/** Database, services and a recognition host of its own, on the CPU. */
export function realApplication(dataDir: string): RealApplication {
  const store = openStore({ dataDir });
  const configuration = {
    role: 'recognition',
    builtInModels,
    userModels: path.join(dataDir, 'models'),
    provider: 'cpu',
  } as const;
  const host = createModelHost({ configuration });
  const samples = path.join(root, 'dist/samples');
  const { dispatch, close } = createServices({
    store,
    host,
    configuration,
    samples,
    version: 'test',
  });
  return {
    store,
    host,
    dispatch,
    [Symbol.asyncDispose]: async () => {
      await close();
      await host.dispose();
      store.close();
    },
  };
}
