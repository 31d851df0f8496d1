import { defineConfig } from '@playwright/test';
import { findChromium } from './support/chromium.ts';
import type { Options } from './support/test.ts';

/** All but the desktop shell is seen in Chromium; where there is none, the summary says so. */
const inChromium = findChromium() === undefined ? { testIgnore: /./u } : {};

/** Journeys about what happens to the application, not about a hand: run once, by mouse. */
const withoutHands =
  /journeys\/(camera-unplugged|early-camera|host-killed|messages|session-gone)\.spec\.ts$/u;

export default defineConfig<Options>({
  testDir: '.',
  projects: [
    { name: 'desktop', testMatch: /electron\/.*\.spec\.ts$/u },
    {
      name: 'journeys',
      testMatch: /(journeys|security|accessibility)\/.*\.spec\.ts$/u,
      ...inChromium,
    },
    {
      name: 'keyboard',
      testMatch: /journeys\/.*\.spec\.ts$/u,
      testIgnore: withoutHands,
      use: { handKind: 'keyboard' },
      ...inChromium,
    },
    { name: 'layout', testMatch: /e2e\/layout\/.*\.spec\.ts$/u, ...inChromium },
    { name: 'screenshots', testMatch: /screenshots\/.*\.spec\.ts$/u, ...inChromium },
  ],
  outputDir: '../reports/e2e/results',
  // A journey waits as long as it computes; with a second one beside it, two cores have work.
  workers: 2,
  // A machine that is busy with other things takes many times as long; nothing waits for these.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  retries: 0,
  reporter: [
    ['list'],
    ['html', { outputFolder: '../reports/e2e/html', open: 'never' }],
    ['./support/summary.ts'],
  ],
  // A trace films the page, which two cores feel: `npm run e2e -- --trace=on` where it is wanted.
  use: { screenshot: 'only-on-failure', trace: 'off' },
});
