import type { Graph } from '../../graph/graph.ts';
import { zeroBias } from '../face-api/layers.ts';
import type { ModelManifest } from '../../../contract/manifest.ts';
import { buildFeatureNetwork, layersOf, type Block } from './feature-network.ts';
import { normalNumbers, orthogonalFilters } from './random-filters.ts';

/** Another seed is another encoder: pictures painted with the old one could not be repeated. */
const SEED = 1889;

/** Channels of the convolutions, block by block. */
const CHANNELS = [
  [32, 32],
  [64, 64],
  [128, 128],
];

/**
 * Random filters instead of learned ones, after He, Wang, Hopcroft, "A Powerful Generative Model
 * Using Random Weights for the Deep Image Representation" (2016). Needs no file from anywhere.
 */
export const buildFilterBank = (): Graph => buildFeatureNetwork('filter-bank', randomBlocks());

function randomBlocks(): readonly Block[] {
  const normal = normalNumbers(SEED);
  let inputs = 3;
  return CHANNELS.map((block, b) =>
    block.map((outputs, layer) => {
      const zeroMean = b === 0 && layer === 0;
      const kernel = orthogonalFilters({ inputs, outputs, size: 3, zeroMean }, normal);
      inputs = outputs;
      return { kernel, bias: zeroBias(kernel) };
    }),
  );
}

/** All of the manifest that does not depend on the bytes of the file. */
export const filterBankManifest: Omit<ModelManifest, 'bytes' | 'sha256'> = {
  id: 'filter-bank',
  name: 'Random filter bank, untrained',
  version: '1',
  license: 'MIT',
  source: `Orthogonal random filters of the seed ${SEED}, after He, Wang, Hopcroft 2016`,
  input: {
    name: 'image',
    layout: 'NCHW',
    channels: 'RGB',
    width: 64,
    height: 64,
    multipleOf: 1,
    mean: [127.5, 127.5, 127.5],
    std: [64, 64, 64],
    dynamicBatch: false,
  },
  task: {
    role: 'style-encoder',
    trained: false,
    pooling: 'average',
    layers: layersOf(CHANNELS),
  },
};
