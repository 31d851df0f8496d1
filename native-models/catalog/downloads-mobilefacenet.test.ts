import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { float32, type TensorOf } from '../graph/tensor.ts';
import type { OrtSession } from '../runtime/session.ts';
import { openCatalog } from './catalog.ts';
import { openOnCpu } from './testing/open-model.ts';
import { scratchFolder } from './testing/scratch.ts';
import { mobileFaceNet } from './downloads.ts';

const data = process.env['LIKENESS_DATA'] ?? path.join(import.meta.dirname, '../../../shared/data');
const folder = path.join(data, 'models');
const original = path.join(folder, 'mobilefacenet.onnx');
const absent = !existsSync(original);
if (absent)
  console.warn(`Skipped: ${original} is not there; set LIKENESS_DATA to test MobileFaceNet.`);

test.skipIf(absent)(
  'the real file installs, proves itself and is used (needs LIKENESS_DATA/models/mobilefacenet.onnx)',
  async () => {
    await using scratch = await scratchFolder();
    const folders = { builtInModels: scratch.path, userModels: path.join(scratch.path, 'user') };
    const catalog = openCatalog({
      ...folders,
      known: { builtIn: new Map(), downloads: [mobileFaceNet] },
    });
    const { model } = await catalog.fetch('mobilefacenet', { from: folder });
    expect(model).toMatchObject({ state: 'ready', active: true });
    expect((await catalog.verify({ open: openOnCpu })).ok).toBe(true);
    const { bytes, manifest } = await catalog.load('mobilefacenet');
    expect(manifest.convertedFrom?.sha256).toBe(mobileFaceNet.files[0]!.sha256);
    expect(await largestDifference(await readFile(original), bytes)).toBeLessThan(1e-4);
  },
);

/** Between three pictures one by one through the file of the source, and together through ours. */
async function largestDifference(source: Uint8Array, ours: Uint8Array): Promise<number> {
  const size = 3 * 112 * 112;
  const pictures = Float32Array.from({ length: 3 * size }, (_, i) => Math.sin(i * 0.37) * 2);
  const one = await openOnCpu(source, 'theirs');
  const any = await openOnCpu(ours, 'ours');
  const together = await encodings(any, float32([3, 3, 112, 112], pictures));
  let largest = 0;
  for (let i = 0; i < 3; i++) {
    const picture = float32([1, 3, 112, 112], pictures.slice(i * size, (i + 1) * size));
    const alone = await encodings(one, picture);
    alone.forEach((value, j) => {
      largest = Math.max(largest, Math.abs(value - together[i * 128 + j]!));
    });
  }
  await Promise.all([one.dispose(), any.dispose()]);
  return largest;
}

async function encodings(session: OrtSession, input0: TensorOf<'float32'>): Promise<Float32Array> {
  return (await session.run({ input0 }))['output0']!.data as Float32Array;
}
