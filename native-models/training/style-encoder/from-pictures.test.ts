import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { commands, type CommandInput } from '../../../contract/commands.ts';
import { texture } from './testing/textures.ts';
import { createContext, type HostContext } from '../../host/context.ts';
import { loadStyleEncoder } from '../../style/prepare.ts';
import { gatherStylePictures, trainStyleEncoder } from './from-pictures.ts';

const data =
  process.env['LIKENESS_DATA'] ?? path.join(import.meta.dirname, '../../../../shared/data');
const vgg19 = path.join(data, 'vgg19');
const absent = !existsSync(path.join(vgg19, 'manifest.json'));
if (absent) console.warn(`Skipped: ${vgg19} is not there; set LIKENESS_DATA to test its student.`);

vi.setConfig({ testTimeout: 180_000 });

const builtInModels = fileURLToPath(new URL('../../../dist/models', import.meta.url));
let folder: string;
let host: HostContext;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'likeness-style-encoder-'));
  const images = path.join(folder, 'images');
  await mkdir(images);
  for (let seed = 0; seed < 5; seed++) {
    const { width, height, data: raw } = texture(seed, 160, 130);
    await sharp(raw, { raw: { width, height, channels: 3 } }).toFile(
      path.join(images, `${seed}.jpg`),
    );
  }
  await writeFile(path.join(images, 'broken.jpg'), 'no picture');
  await writeFile(path.join(images, 'empty.png'), '');
  const configuration = { role: 'studio', builtInModels, provider: 'cpu' } as const;
  host = createContext({ ...configuration, userModels: path.join(folder, 'models') });
});
afterAll(() => rm(folder, { recursive: true }));

const request = () => ({ signal: new AbortController().signal, report: vi.fn() });

const train = (more: Partial<CommandInput<'training.styleEncoder'>>, asked = request()) => {
  const payload = commands['training.styleEncoder'].input.parse({
    ...{ images: [path.join(folder, 'images')], work: path.join(folder, 'work') },
    ...{ id: 'student', steps: 2, batch: 2, side: 32, ...more },
  });
  return trainStyleEncoder(host, payload, asked);
};

describe.skipIf(absent)('a student of VGG-19 (needs LIKENESS_DATA/vgg19)', () => {
  test('comes into the catalog, small, with its provenance, and can paint', async () => {
    await host.catalog.fetch('vgg19', { from: vgg19 });
    const result = await train({});

    expect(result).toMatchObject({ pictures: { training: 4, validation: 1 }, leftOut: 0 });
    expect(result.unreadable.map((file) => path.basename(file)).sort()).toEqual([
      'broken.jpg',
      'empty.png',
    ]);
    expect(result.model.bytes).toBeLessThan(2e6);
    const { student, teacher } = result.flopsPerPixel;
    expect(student / teacher).toBeLessThan(0.2);
    const { manifest, graph } = await loadStyleEncoder(host.catalog, 'student');
    expect(manifest.provenance).toMatchObject({ teacher: 'vgg19 1', startedFrom: 'vgg19 1' });
    expect([...graph.constants.values()].some(({ type }) => type === 'float16')).toBe(false);
    expect((await host.catalog.verify(host.provers)).models).toContainEqual(
      expect.objectContaining({ id: 'student', state: 'ready' }),
    );
    await expect(train({})).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('it is refused', () => {
  test('to learn from a folder without pictures', async () => {
    const images = path.join(folder, 'none');
    await mkdir(images);
    await writeFile(path.join(images, 'broken.jpg'), 'no picture');
    const asked = { images: [images], seed: 1, validation: 0.1 };
    await expect(gatherStylePictures(asked, request())).rejects.toMatchObject({
      code: 'training_impossible',
      details: { pictures: 0 },
    });
  });

  test('to learn from too weak a teacher, before any picture is read', async () => {
    const seen = request();
    await expect(train({ id: 'weak', teacher: 'filter-bank' }, seen)).rejects.toMatchObject({
      code: 'training_impossible',
      details: { teacher: 'filter-bank' },
    });
    await expect(train({ id: 'none', teacher: 'landmarks-68' }, seen)).rejects.toMatchObject({
      code: 'invalid_input',
    });
    expect(seen.report).not.toHaveBeenCalled();
  });
});
