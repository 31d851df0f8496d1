import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{app,native-models,db,bench,scripts,renderer}/**/*.test.ts'],
    // Two at once: every recognition host computes on all cores by itself.
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // Native modules (onnxruntime-node, better-sqlite3) crash in worker threads.
    pool: 'forks',
  },
});
