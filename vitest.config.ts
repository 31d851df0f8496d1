import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

const COMPONENTS = 'renderer/**/*.component.test.ts';

export default defineConfig({
  // What the window knows (`renderer/src/state/*.svelte.ts`) is tested without a browser.
  plugins: [svelte({ configFile: './renderer/svelte.config.js' })],
  test: {
    // Two at once: every recognition host computes on all cores by itself.
    maxWorkers: 2,
    testTimeout: 900_000,
    hookTimeout: 600_000,
    // Native modules (onnxruntime-node, better-sqlite3) crash in worker threads.
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: [
            '{contract,foundation,app,native-models,db,bench,scripts,renderer}/**/*.test.ts',
          ],
          exclude: [COMPONENTS, '**/node_modules/**'],
        },
      },
      {
        // What components decide, in a document without a screen.
        extends: true,
        plugins: [svelteTesting()],
        test: {
          name: 'window',
          include: [COMPONENTS],
          environment: 'jsdom',
          setupFiles: ['renderer/src/testing/setup.ts'],
        },
      },
    ],
  },
});
