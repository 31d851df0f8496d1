import { defineConfig } from '@playwright/test';
import { findChromium } from './support/chromium.ts';
import type { Options } from './support/test.ts';

const chromium = findChromium();
/** The configuration is read again by every worker; one line is enough. */
if (chromium === undefined && process.env['TEST_WORKER_INDEX'] === undefined)
  console.log(
    'SKIPPED: no journey was run, for there is no Chromium. Install one, or name it by LIKENESS_CHROMIUM.',
  );

export default defineConfig<Options>({
  testDir: '.',
  projects: [
    { name: 'journeys', testMatch: /(journeys|security|accessibility)\/.*\.spec\.ts$/u },
    { name: 'keyboard', testMatch: /journeys\/.*\.spec\.ts$/u, use: { handKind: 'keyboard' } },
    { name: 'screenshots', testMatch: /screenshots\/.*\.spec\.ts$/u },
  ],
  ...(chromium === undefined ? { testIgnore: /./u } : {}),
  outputDir: '../reports/e2e/results',
  // One at a time: each application computes on all cores.
  workers: 1,
  // A machine that is busy with other things takes many times as long; nothing waits for these.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  retries: 0,
  reporter: [['list'], ['html', { outputFolder: '../reports/e2e/html', open: 'never' }]],
  // A trace films the page, which two cores feel: `npm run e2e -- --trace=on` where it is wanted.
  use: { screenshot: 'only-on-failure', trace: 'off' },
});
