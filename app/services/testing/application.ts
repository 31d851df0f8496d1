import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import {
  commands,
  type CommandInput,
  type CommandName,
  type CommandOutput,
} from '../../../contract/commands.ts';
import { openStore, type Store } from '../../../db/store.ts';
import type { CallOptions } from '../context.ts';
import { hostConfiguration } from '../host-configuration.ts';
import { createServices, type ServiceOptions, type Services } from '../services.ts';
import { FakeHost } from './fake-host.ts';

export interface TestApplication {
  readonly folder: string;
  readonly store: Store;
  readonly host: FakeHost;
  /** Dispatches, and holds the output against the contract. */
  readonly run: <N extends CommandName>(
    name: N,
    input: CommandInput<N>,
    call?: CallOptions,
  ) => Promise<CommandOutput<N>>;
  /** Writes a picture for the fake host and gives its source. */
  readonly photo: (name: string, text: string) => { path: string };
  readonly subscribe: Services['subscribe'];
  readonly checkKey: Services['checkKey'];
  readonly close: () => Promise<void>;
}

/** Services on a real database and a fake host, in a folder of their own. */
export function testApplication(
  options: Partial<ServiceOptions> & { readonly folder?: string } = {},
): TestApplication {
  const folder = options.folder ?? temporaryFolder();
  const store = openStore({ dataDir: path.join(folder, 'data') });
  onTestFinished(() => {
    store.close();
  });
  const configuration = {
    role: 'recognition',
    builtInModels: 'built-in',
    userModels: 'user',
    provider: 'auto',
  } as const;
  const host = new FakeHost(hostConfiguration(store, configuration));
  const { now } = options;
  // Where a test sets the clock, time passes with it, unless the test says otherwise.
  const elapsed = now === undefined ? {} : { elapsed: () => now().getTime() };
  const defaults = { store, host, configuration, version: '1.2.3' };
  const services = createServices({ ...defaults, ...elapsed, ...options });
  return {
    folder,
    store,
    host,
    run: async (name, input, call) => {
      const output = await services.dispatch(name, input, call);
      commands[name].output.parse(output);
      return output;
    },
    photo: (name, text) => {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      return { path: file };
    },
    subscribe: services.subscribe,
    checkKey: services.checkKey,
    close: services.close,
  };
}

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'likeness-services-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
