import { fileURLToPath } from 'node:url';

/** The built window: beside the bundle, or where the build puts it when the sources run. */
export const pagesFolder = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../../dist/renderer' : './renderer',
    import.meta.url,
  ),
);
