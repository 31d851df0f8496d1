import { expect, test } from 'vitest';
import { buildFilterBank, filterBankManifest } from '../catalog/style-encoders.ts';
import type { StyleEncoder } from './encoder.ts';
import { recipeFor } from './painter.ts';

type Layer = StyleEncoder['manifest']['task']['layers'][number];

const encoderWith = (layers: Layer[]): StyleEncoder => ({
  graph: buildFilterBank(),
  manifest: {
    ...{ ...filterBankManifest, bytes: 1, sha256: '0'.repeat(64) },
    task: { role: 'style-encoder', trained: true, pooling: 'average', layers },
  },
});

const plain: Layer[] = [
  { output: 'relu1_1', channels: 4, stride: 1 },
  { output: 'relu1_2', channels: 4, stride: 1 },
  { output: 'relu2_1', channels: 8, stride: 2 },
  { output: 'relu2_2', channels: 8, stride: 2 },
  { output: 'relu2_3', channels: 8, stride: 2 },
];
const weighed = plain.map((layer) =>
  layer.output === 'relu1_2' || layer.output === 'relu2_3'
    ? { ...layer, styleWeight: layer.stride }
    : layer,
);
const styleOf = (layers: Layer[], styleLayers?: Record<string, number>) =>
  recipeFor(encoderWith(layers), {
    styleStrength: 1,
    ...(styleLayers !== undefined && { styleLayers }),
  }).styleLayers;

test('the first layer of every resolution and the deepest count alike', () => {
  expect(styleOf(plain)).toEqual(
    ['relu1_1', 'relu2_1', 'relu2_3'].map((layer) => ({ layer, weight: 1 / 3 })),
  );
});

test('an encoder may say what its layers count', () => {
  expect(styleOf(weighed)).toEqual([
    { layer: 'relu1_2', weight: 1 / 3 },
    { layer: 'relu2_3', weight: 2 / 3 },
  ]);
});

test('who paints has the last word', () => {
  expect(styleOf(weighed, { relu1_1: 3 })).toEqual([{ layer: 'relu1_1', weight: 1 }]);
});

test('content is the deepest layer but one, whatever counts for style', () => {
  const { contentLayer } = recipeFor(encoderWith(weighed), { styleStrength: 1 });
  expect(contentLayer).toBe('relu2_2');
});
