import { createModelHost } from '../model-host.ts';

// A shell for tests that may be killed: it starts a real host, prints its process id and stays.
const [builtInModels = '', userModels = ''] = process.argv.slice(2);
const host = createModelHost({
  configuration: { role: 'recognition', builtInModels, userModels, provider: 'cpu' },
});
host.onStart(({ pid }) => void process.stdout.write(`${pid}\n`));
await host.request('listModels', {});
setInterval(() => undefined, 60_000);
