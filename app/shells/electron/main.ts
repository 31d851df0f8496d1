// Process: Electron main.
import path from 'node:path';
import * as electron from 'electron';
import envPaths from 'env-paths';
import { compose, locationsIn } from '../compose.ts';
import { pagesFolder } from '../wire/pages.ts';
import { startApplication } from './application.ts';
import { utilityLauncher } from './utility-launcher.ts';

/** Models are read by native code, which cannot look into an archive: they lie beside it. */
const unpacked = (file: string): string =>
  file.replace(`app.asar${path.sep}`, `app.asar.unpacked${path.sep}`);

const { env, argv, platform } = process;
const beside = (file: string): string => path.join(import.meta.dirname, file);
const dataDir = path.resolve(env['LIKENESS_DATA_DIR'] ?? envPaths('likeness', { suffix: '' }).data);
const locations = {
  models: unpacked(beside('models')),
  samples: unpacked(beside('samples')),
  ...locationsIn(env),
};

await startApplication(electron, {
  arguments: argv.slice(1),
  platform,
  dataDir,
  pages: pagesFolder,
  preload: beside('preload.cjs'),
  icon: beside(path.join('..', 'build', 'icon.png')),
  openBackend: () =>
    compose({
      dataDir,
      provider: 'auto',
      locations,
      launch: utilityLauncher(electron, beside('host.js')),
    }),
});
