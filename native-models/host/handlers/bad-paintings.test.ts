import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { fillDisk, mountSmallDisk } from '../../../foundation/files/testing/small-disk.ts';
import { PaintingSettings } from '../../../contract/paintings.ts';
import { sha256Of } from '../../../foundation/hash.ts';
import { buildFilterBank, filterBankManifest } from '../../catalog/style-encoders.ts';
import { install } from '../../catalog/model-files.ts';
import type { Graph } from '../../graph/graph.ts';
import { hugePng } from '../../images/testing/huge.ts';
import { readOnnx } from '../../onnx/read.ts';
import { writeOnnx } from '../../onnx/write.ts';
import { operators } from '../../ops/registry.ts';
import { Runtime } from '../../runtime/runtime.ts';
import type { OrtSession, ModelSource } from '../../runtime/session.ts';
import { createPainter } from '../../style/paint.ts';
import { createContext } from '../context.ts';
import { paintingHandlers } from './paintings.ts';

/** The real painter with the filter bank, and what it must not stumble over. */

let folder: string;
let good: string;
let poisoned: string;

beforeAll(async () => {
  good = await catalogWith(buildFilterBank());
  poisoned = await catalogWith(withNotANumber(buildFilterBank()));
});
afterAll(() => Promise.all([good, poisoned].map((models) => rm(models, { recursive: true }))));

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'likeness-bad-paintings-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await picture('content.png', 200, 150);
  await picture('style.png', 60, 60);
});

const file = (name: string): string => path.join(folder, name);

async function picture(name: string, width: number, height: number): Promise<void> {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * 37) % 251);
  await sharp(data, { raw: { width, height, channels: 3 } }).toFile(file(name));
}

async function catalogWith(graph: Graph): Promise<string> {
  const models = await mkdtemp(path.join(tmpdir(), 'likeness-models-'));
  const onnx = new Uint8Array(writeOnnx(graph));
  const counted = { bytes: onnx.length, sha256: sha256Of(onnx) };
  await install(models, { onnx, manifest: { ...filterBankManifest, ...counted } });
  return models;
}

function withNotANumber(graph: Graph): Graph {
  const constants = new Map(graph.constants);
  const [name, tensor] = [...constants].find(([, { shape }]) => shape.length === 4)!;
  const data = Float32Array.from(tensor.data as Float32Array).fill(NaN, 0, 1);
  constants.set(name, { ...tensor, data } as typeof tensor);
  return { ...graph, constants };
}

interface Wishes {
  readonly output?: string;
  readonly models?: string;
  readonly runtime?: Runtime;
  readonly settings?: object;
}

async function paint({ models = good, runtime, settings, output = file('out.png') }: Wishes) {
  const configuration = { role: 'studio', builtInModels: models, provider: 'cpu' } as const;
  const host = createContext({ ...configuration, userModels: file('none') });
  const handlers = paintingHandlers(() => createPainter(runtime ?? host.runtime));
  const order = {
    ...{ job: 1, output, checkpoint: file('1.checkpoint'), previews: false },
    settings: PaintingSettings.parse({
      ...{ content: file('content.png'), styles: [{ path: file('style.png') }] },
      ...{ size: 64, steps: 3, ...settings },
    }),
  };
  const signal = new AbortController().signal;
  return handlers.paint(host, order, { signal, report: () => undefined });
}

const left = async () => (await readdir(folder)).sort();

test.each([
  ['content of more than 300 megapixels', { content: 'huge.png' }, 'image_too_large'],
  ['style of more than 300 megapixels', { styles: ['huge.png'] }, 'image_too_large'],
  ['empty style file', { styles: ['empty.png'] }, 'file_empty'],
  ['content of one pixel', { content: 'pixel.png' }, 'image_too_small'],
  ['style of one pixel', { styles: ['pixel.png'] }, 'image_too_small'],
  ['unknown content layer', { contentLayer: 'relu9_9' }, 'layer_unknown'],
  ['unknown style layer', { styleLayers: { fc7: 1 } }, 'layer_unknown'],
] as const)('%s: refused, and nothing is left behind', async (_, wrong, code) => {
  await writeFile(file('huge.png'), await hugePng());
  await writeFile(file('empty.png'), '');
  await picture('pixel.png', 1, 1);
  const before = await left();
  const settings = {
    ...wrong,
    ...('content' in wrong && { content: file(wrong.content) }),
    ...('styles' in wrong && { styles: wrong.styles.map((name) => ({ path: file(name) })) }),
  };
  await expect(paint({ settings })).rejects.toMatchObject({ code });
  expect(await left()).toEqual(before);
});

test('a mask of another size is scaled, with a note', async () => {
  await picture('mask.png', 31, 17);
  const styles = [{ path: file('style.png'), mask: file('mask.png') }];
  const { warnings } = await paint({ settings: { styles } });
  expect(warnings.join()).toContain(file('mask.png'));
  expect(await sharp(file('out.png')).metadata()).toMatchObject({ width: 64, height: 48 });
});

test('weights that are no numbers: stops at the first step, and there is no picture yet', async () => {
  await expect(paint({ models: poisoned })).rejects.toMatchObject({
    code: 'painting_diverged',
    details: { step: 1 },
    message: expect.stringContaining('Step 1') as string,
  });
  expect(await left()).toEqual(['content.png', 'style.png']);
});

/** Weights go bad when the graph of a larger size is loaded. */
class DecayingRuntime extends Runtime {
  #paintings = 0;

  override open(source: ModelSource): Promise<OrtSession> {
    const isPainting = 'bytes' in source && source.name === 'painting_gradient';
    // The first is the forecast's, which measures the speed; the next that of the smallest size.
    if (!isPainting || ++this.#paintings <= 2) return super.open(source);
    const bytes = writeOnnx(withNotANumber(readOnnx(source.bytes, operators)));
    return super.open({ ...source, bytes });
  }
}

test('weights that turn to no numbers: says at which step, and keeps the last good picture', async () => {
  const runtime = new DecayingRuntime({ provider: 'cpu', memoryPattern: false });
  await expect(paint({ runtime, settings: { size: 182 } })).rejects.toMatchObject({
    code: 'painting_diverged',
    details: { step: 4, kept: file('out.png') },
    message: expect.stringContaining(file('out.png')) as string,
  });
  const { channels } = await sharp(file('out.png')).stats();
  for (const { stdev } of channels) expect(stdev).toBeGreaterThan(1);
});

test('a full disk at the end: the picture is kept once, and where is said', async ({ skip }) => {
  if (!mountSmallDisk(file('disk'), 1 << 20)) return skip('mounting a small disk is not allowed');
  const empty = fillDisk(file('disk'));
  const output = file('disk/out.png');
  const kept: string[] = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    const error: unknown = await paint({ output }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'disk_full' });
    kept.push((error as { details: { kept: string } }).details.kept);
  }
  expect(new Set(kept).size).toBe(1);
  expect(await sharp(kept[0]).metadata()).toMatchObject({ width: 64, height: 48 });
  expect(existsSync(output)).toBe(false);
  empty();
  await paint({ output });
  expect([existsSync(output), existsSync(kept[0]!)]).toEqual([true, false]);
});
