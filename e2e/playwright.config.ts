import { defineConfig } from '@playwright/test';

export default defineConfig({
  projects: [
    { name: 'journeys', testDir: './journeys' },
    { name: 'screenshots', testDir: './screenshots' },
  ],
  outputDir: '../reports/e2e/results',
  // One at a time: each application computes on all cores.
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  retries: 0,
  reporter: [['list'], ['html', { outputFolder: '../reports/e2e/html', open: 'never' }]],
  use: { screenshot: 'only-on-failure', trace: 'retain-on-failure' },
});
