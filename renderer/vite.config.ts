import path from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const here = import.meta.dirname;

export default defineConfig({
  root: here,
  // The same files are served by the loopback server and by the `app://` protocol.
  base: './',
  plugins: [svelte({ configFile: path.join(here, 'svelte.config.js') })],
  build: {
    outDir: process.env['LIKENESS_RENDERER_OUT'] ?? path.join(here, '..', 'dist', 'renderer'),
    emptyOutDir: true,
    target: 'chrome130',
    // The content security policy allows no `data:` fonts, styles or scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
});
