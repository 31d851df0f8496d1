import { expect, test } from 'vitest';
import { LikenessError } from '../../contract/errors.ts';
import { createOptimizer, resumeOptimizer } from './optimizers/create.ts';
import type { OptimizerKind } from './optimizers/optimizer.ts';
import { startPicture } from './picture.ts';
import {
  decodeCheckpoint,
  encodeCheckpoint,
  paintingState,
  type Checkpoint,
} from './checkpoint.ts';
import { encodeState } from '../checkpoint/checkpoint.ts';

const size = { width: 7, height: 5 };
const picture = startPicture(
  { kind: 'noise', seed: 1 },
  { ...size, data: new Float32Array(105) },
  size,
);

function checkpointOf(kind: OptimizerKind): Checkpoint {
  const optimizer = createOptimizer(kind, 105, 9);
  const image = { ...size, data: picture.data.slice() };
  for (let step = 0; step < 4; step++)
    optimizer.step(image.data, image.data.slice(), 1 / (step + 1));
  return {
    settings: { seed: 1889, styles: ['Sternennacht – Σ.jpg'], mask: null },
    level: 2,
    step: 4,
    losses: [{ content: 0.1 + 0.2, style: 5e-324, totalVariation: 1e300 }],
    image,
    optimizer: optimizer.state(),
  };
}

const bytesOf = (checkpoint: Checkpoint) => Buffer.concat(encodeCheckpoint(checkpoint));
const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;

test.each(['adam', 'lbfgs'] as const)('%s: every bit comes back', (kind) => {
  const checkpoint = checkpointOf(kind);
  const read = decodeCheckpoint(bytesOf(checkpoint));
  expect(read).toEqual(checkpoint);
  expect(resumeOptimizer(read.optimizer, 9).state()).toEqual(checkpoint.optimizer);
});

test('bytes that lie anywhere in memory are read', () => {
  const bytes = bytesOf(checkpointOf('adam'));
  const shifted = Buffer.alloc(bytes.length + 3)
    .fill(bytes, 3)
    .subarray(3);
  expect(decodeCheckpoint(shifted)).toEqual(checkpointOf('adam'));
});

test('large pieces are views, not copies', () => {
  const checkpoint = checkpointOf('adam');
  const buffers = encodeCheckpoint(checkpoint).map(({ buffer }) => buffer);
  for (const vector of [checkpoint.image.data, ...Object.values(checkpoint.optimizer.vectors)])
    expect(buffers).toContain(vector.buffer);
});

test('any flipped bit is noticed', () => {
  const bytes = bytesOf(checkpointOf('adam'));
  for (let at = 0; at < bytes.length; at += 37) {
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 1 << (at % 8);
    expect(() => decodeCheckpoint(damaged), `byte ${at}`).toThrow(LikenessError);
  }
});

test('any end too early, or too late, is noticed', () => {
  const bytes = bytesOf(checkpointOf('adam'));
  for (const length of [0, 7, 8, 15, 47, 48, 100, bytes.length - 1])
    expect(() => decodeCheckpoint(bytes.subarray(0, length))).toThrow(code('checkpoint_corrupt'));
  expect(() => decodeCheckpoint(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow(
    code('checkpoint_corrupt'),
  );
});

test('another version is not mistaken for damage', () => {
  const bytes = bytesOf(checkpointOf('adam'));
  bytes.writeUInt32LE(1, 8);
  expect(() => decodeCheckpoint(bytes)).toThrow(code('checkpoint_incompatible'));
});

test('the format stays readable: its first bytes are as documented', () => {
  const bytes = bytesOf(checkpointOf('adam'));
  expect(bytes.toString('latin1', 0, 8)).toBe('LIKEPNT\n');
  expect(bytes.readUInt32LE(8)).toBe(2);
  const header = JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12))) as unknown;
  expect(header).toMatchObject({ content: { level: 2, step: 4, width: 7, height: 5 } });
  expect(bytes.readFloatLE(16 + bytes.readUInt32LE(12))).toBe(checkpointOf('adam').image.data[0]);
});

test('a painting that an earlier version paused, with another spelling of a field, goes on', () => {
  const { optimizer, image, ...progress } = checkpointOf('adam');
  const { vectors, ...optimiser } = optimizer;
  const { data, width, height } = image;
  const content = { ...progress, width, height, optimiser };
  const bytes = encodeState(paintingState, { content, vectors: { canvas: data, ...vectors } });
  expect(decodeCheckpoint(Buffer.concat(bytes))).toEqual(checkpointOf('adam'));
});
