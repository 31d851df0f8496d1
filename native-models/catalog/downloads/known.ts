import { mobileFaceNet } from './mobilefacenet.ts';
import type { PinnedDownload } from './pinned.ts';

/** Everything that `likeness models fetch` can bring. */
export const knownDownloads: readonly PinnedDownload[] = [mobileFaceNet];
