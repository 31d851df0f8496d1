import { mobileFaceNet } from './downloads/mobilefacenet.ts';
import type { PinnedDownload } from './downloads/pinned.ts';
import { vgg19 } from './downloads/vgg19.ts';
import type { ModelRole } from '../../contract/manifest.ts';

/** What the build writes, so that a file that is gone is noticed. */
export const builtInRoles: ReadonlyMap<string, ModelRole> = new Map([
  ['detector-ssd', 'detector'],
  ['detector-tiny', 'detector'],
  ['landmarks-68', 'landmarks'],
  ['encoder-likeness', 'encoder'],
  ['encoder-resnet29', 'encoder'],
  ['style-likeness', 'style-encoder'],
  ['filter-bank', 'style-encoder'],
]);

/** Everything that `likeness models fetch` can bring. */
export const knownDownloads: readonly PinnedDownload[] = [mobileFaceNet, vgg19];

/** Ids by role, the best first: the first that is on this machine is used unless another is chosen. */
export const recommended: Readonly<Record<ModelRole, readonly string[]>> = {
  detector: ['detector-ssd', 'detector-tiny'],
  landmarks: ['landmarks-68'],
  encoder: ['mobilefacenet', 'encoder-likeness', 'encoder-resnet29'],
  'style-encoder': ['style-likeness', 'vgg19', 'filter-bank'],
};
