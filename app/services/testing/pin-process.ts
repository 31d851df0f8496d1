import { writeSync } from 'node:fs';
import { openStore } from '../../../db/store.ts';
import { createServices } from '../services.ts';
import { FakeHost } from './fake-host.ts';

// A process of its own, whose clock is so many milliseconds ahead: tries PINs, prints what comes of each.
const [dataDir, ahead, ...pins] = process.argv.slice(2) as [string, string, ...string[]];
const store = openStore({ dataDir });
const configuration = {
  role: 'recognition',
  builtInModels: 'built-in',
  userModels: 'user',
  provider: 'auto',
} as const;
const { dispatch, close } = createServices({
  store,
  host: new FakeHost(configuration),
  configuration,
  version: '1.2.3',
  now: () => new Date(Date.now() + Number(ahead)),
});
for (const pin of pins) {
  const outcome = await dispatch('kiosk.unlock', { pin }).then(
    () => 'open',
    (thrown: unknown) => (thrown as { readonly code: string }).code,
  );
  writeSync(1, `${outcome}\n`);
}
await close();
store.close();
