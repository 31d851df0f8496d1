import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // What the window knows (`renderer/src/state/*.svelte.ts`) is tested without a browser.
  plugins: [svelte({ configFile: './renderer/svelte.config.js' })],
  test: {
    include: ['{contract,foundation,app,native-models,db,bench,scripts,renderer}/**/*.test.ts'],
    // Two at once: every recognition host computes on all cores by itself.
    maxWorkers: 2,
    testTimeout: 900_000,
    hookTimeout: 600_000,
    // Native modules (onnxruntime-node, better-sqlite3) crash in worker threads.
    pool: 'forks',
  },
});
