import path from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

const here = import.meta.dirname;

/** A script of its own beside the window's, which is much larger: whichever is here first, runs. */
const early: Plugin = {
  name: 'early',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle = {} }) =>
      Object.values(bundle)
        .filter((chunk) => chunk.type === 'chunk' && chunk.isEntry && chunk.name === 'early')
        .map(({ fileName }) => ({
          tag: 'script',
          attrs: { type: 'module', async: true, crossorigin: true, src: `./${fileName}` },
          injectTo: 'head',
        })),
  },
};

export default defineConfig({
  root: here,
  // The same files are served by the loopback server and by the `app://` protocol.
  base: './',
  plugins: [svelte({ configFile: path.join(here, 'svelte.config.js') }), early],
  build: {
    outDir: process.env['LIKENESS_RENDERER_OUT'] ?? path.join(here, '..', 'dist', 'renderer'),
    emptyOutDir: true,
    rolldownOptions: {
      input: { index: path.join(here, 'index.html'), early: path.join(here, 'src/early.ts') },
    },
    target: 'chrome130',
    // The content security policy allows no `data:` fonts, styles or scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
});
