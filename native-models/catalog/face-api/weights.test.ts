import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { faceApiNetworks } from './networks.ts';
import { faceApiModelFolder, readWeights } from './weights.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'likeness-weights-'));
});
afterEach(() => rm(folder, { recursive: true }));

const entries = [
  {
    name: 'quantized',
    shape: [2, 2],
    dtype: 'float32',
    quantization: { dtype: 'uint8', scale: 0.5, min: -1 },
  },
  { name: 'plain', shape: [2], dtype: 'float32' },
];

async function writeNetwork(manifest: string, bytes: Uint8Array): Promise<void> {
  await writeFile(join(folder, 'net-weights_manifest.json'), manifest);
  await writeFile(join(folder, 'net.bin'), bytes);
}

const manifest = JSON.stringify([{ paths: ['net.bin'], weights: entries }]);
const bytes = Buffer.concat([
  Uint8Array.of(0, 1, 2, 255),
  new Uint8Array(Float32Array.of(0.25, -8).buffer),
]);

describe('readWeights', () => {
  it('dequantizes bytes and takes plain numbers as they are', async () => {
    await writeNetwork(manifest, bytes);
    const weights = await readWeights(folder, 'net');
    expect(weights.get('quantized')).toMatchObject({
      shape: [2, 2],
      data: Float32Array.of(-1, -0.5, 0, 126.5),
    });
    expect(weights.get('plain').data).toEqual(Float32Array.of(0.25, -8));
  });

  it.each<[string, string, Uint8Array, string]>([
    ['a file that ends too early', manifest, bytes.subarray(0, -1), 'end too early'],
    ['a manifest that is none', '{"weights":[]}', bytes, 'net-weights_manifest.json'],
    ['a manifest that is no JSON', 'weights', bytes, 'net-weights_manifest.json'],
  ])('refuses %s', async (_, text, content, message) => {
    await writeNetwork(text, content);
    await expect(readWeights(folder, 'net')).rejects.toMatchObject({
      code: 'model_corrupt',
      message: expect.stringContaining(message) as string,
    });
  });

  it('refuses a network that is not there', async () => {
    await expect(readWeights(folder, 'net')).rejects.toMatchObject({ code: 'model_missing' });
  });

  it('names weights that a network lacks', async () => {
    await writeNetwork(manifest, bytes);
    const weights = await readWeights(folder, 'net');
    expect(() => weights.get('conv9')).toThrow('net has no weights conv9.');
  });

  it.each(faceApiNetworks.map(({ weights }) => weights))(
    'reads %s of the package',
    async (name) => {
      await expect(readWeights(faceApiModelFolder(), name)).resolves.toBeDefined();
    },
  );
});
