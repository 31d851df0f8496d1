import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { samplePhoto } from '../../app/services/testing/sample-portraits.ts';
import { loadRecognition } from '../faces/open-models.ts';
import { Runtime } from '../runtime/runtime.ts';
import { openCatalog } from './catalog.ts';
import { openOnCpu } from './testing/open-model.ts';
import { scratchFolder } from './testing/scratch.ts';

const data = process.env['LIKENESS_DATA'] ?? path.join(import.meta.dirname, '../../../shared/data');
const folder = path.join(data, 'models');
const builtInModels = fileURLToPath(new URL('../../dist/models', import.meta.url));
const file = path.join(folder, 'yunet_n_dynamic.onnx');
const absent = !existsSync(file) || !existsSync(builtInModels);
if (absent) console.warn(`Skipped: ${file} is not there; set LIKENESS_DATA to test YuNet.`);

/** Faces of the sample photos, one photo after another. */
const FACES = [3, 3, 3, 4, 5, 4];

test.skipIf(absent)(
  'YuNet installs from its pinned file, proves itself, and finds every face of the samples',
  async () => {
    await using scratch = await scratchFolder();
    const catalog = openCatalog({
      builtInModels,
      userModels: scratch.path,
      chosen: { detector: 'yunet' },
    });
    const { model } = await catalog.fetch('yunet', { from: folder });
    expect(model).toMatchObject({ state: 'ready', active: true, recommended: false });
    expect((await catalog.verify({ open: openOnCpu })).ok).toBe(true);
    const pipeline = await loadRecognition(catalog, new Runtime({ provider: 'cpu' }));
    const found: number[] = [];
    for (const number of [1, 2, 3, 4, 5, 6]) {
      const image = { path: samplePhoto(number) };
      const { faces } = await pipeline.analyze({ image, encode: 'none', subject: 'largest' });
      found.push(faces.length);
    }
    expect(found).toEqual(FACES);
  },
);
