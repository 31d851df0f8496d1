import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { fillDisk, mountSmallDisk } from '../../foundation/files/testing/small-disk.ts';
import { float32 } from '../graph/tensor.ts';
import type { NamedTensors } from '../runtime/session.ts';
import { openCatalog, type Catalog } from './catalog.ts';
import {
  cuttingHandler,
  rangeHandler,
  serve,
  type FileServer,
  type Handler,
} from './testing/file-server.ts';
import { openOnCpu } from './testing/open-model.ts';
import { scratchFolder } from './testing/scratch.ts';
import { vgg19 } from './downloads.ts';

const data = process.env['LIKENESS_DATA'] ?? path.join(import.meta.dirname, '../../../shared/data');
const folder = path.join(data, 'vgg19');
const absent = !existsSync(path.join(folder, 'manifest.json'));
if (absent) console.warn(`Skipped: ${folder} is not there; set LIKENESS_DATA to test VGG-19.`);

let scratch: string;
let catalog: Catalog;
beforeEach(async () => {
  const created = await scratchFolder();
  onTestFinished(() => created[Symbol.asyncDispose]());
  scratch = created.path;
  catalog = openCatalog({
    builtInModels: path.join(scratch, 'none'),
    userModels: path.join(scratch, 'user'),
    known: { builtIn: new Map(), downloads: [vgg19] },
  });
});

const fetchFrom = (from: string) => catalog.fetch('vgg19', { from });
const stateOf = async () => (await catalog.list()).find(({ id }) => id === 'vgg19')?.state;

describe.skipIf(absent)('VGG-19 (needs LIKENESS_DATA/vgg19)', () => {
  test('is pinned to the files of the published manifest', async () => {
    const manifest = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as {
      readonly files: readonly Record<string, unknown>[];
    };
    const expected = manifest.files.map(({ file, url, bytes, sha256 }) => {
      return { name: file, url, bytes, sha256 };
    });
    expect(vgg19.files).toEqual(expected);
  });

  test('installs from a folder, proves itself and is used', async () => {
    expect((await fetchFrom(folder)).model).toMatchObject({
      state: 'ready',
      active: true,
      role: 'style-encoder',
    });
    expect((await catalog.verify({ open: openOnCpu })).ok).toBe(true);
    const { task } = (await catalog.loadActive('style-encoder')).manifest;
    expect(task.layers.map(({ output }) => output)).toEqual(
      ['1_1', '1_2', '2_1', '2_2', '3_1', '3_2', '3_3', '3_4'].map((layer) => `relu${layer}`),
    );
  });

  test('computes the content and style losses of another system', async () => {
    await fetchFrom(folder);
    const { bytes, manifest } = await catalog.loadActive('style-encoder');
    const session = await openOnCpu(bytes, 'vgg19');
    const oracle = await readOracle();
    const activations = async (name: string): Promise<NamedTensors> =>
      session.run({ image: fed(oracle.image(name), manifest.input.mean) });
    const content = await activations('content_image');
    const style = await activations('style_image');
    const generated = await activations('generated_image');
    await session.dispose();
    const ratio = (actual: number, name: string): number => actual / oracle.values[name]!;
    expect(ratio(contentLoss(content, generated, 'relu3_4'), 'content')).toBeCloseTo(1, 4);
    const styleLoss = ['relu1_1', 'relu2_1', 'relu3_1']
      .map((layer) => gramLoss(style, generated, layer))
      .reduce((sum, loss) => sum + loss, 0);
    expect(ratio(styleLoss, 'style')).toBeCloseTo(1, 4);
  });

  test('installs from a server of its own choosing', async () => {
    await using server = await serveFiles();
    expect((await fetchFrom(server.url)).model.state).toBe('ready');
    expect(server.ranges).toHaveLength(vgg19.files.length);
  });

  test('is not there after one wrong byte in one file; the sound files are kept', async () => {
    const wrong = (bytes: Uint8Array): Handler => {
      const copy = bytes.slice();
      copy[1000]! ^= 1;
      return rangeHandler(copy);
    };
    await using server = await serveFiles({ 'group4-shard1of1': wrong });
    await expect(fetchFrom(server.url)).rejects.toMatchObject({ code: 'download_corrupt' });
    await expectNothingInstalled();
    const kept = await readdir(path.join(scratch, 'user', 'downloads', 'vgg19'));
    expect(kept).toEqual([1, 2, 3].map((group) => `group${group}-shard1of1.part`));
  });

  test('is not there after a cut, and goes on where it was', async () => {
    await using cutting = await serveFiles({
      'group5-shard1of1': (bytes) => cuttingHandler(bytes, 70_000),
    });
    await expect(fetchFrom(cutting.url)).rejects.toMatchObject({ code: 'download_failed' });
    await expectNothingInstalled();
    const before = vgg19.files.slice(0, 4).reduce((sum, { bytes }) => sum + bytes, 0);
    expect((await fetchFrom(folder)).resumedFrom).toBe(before + 70_000);
    expect(await stateOf()).toBe('ready');
  });

  test('is not there after the disk was full', async ({ skip }) => {
    const user = path.join(scratch, 'user');
    const bytes = vgg19.files.reduce((sum, file) => sum + file.bytes, 0);
    if (!mountSmallDisk(user, 3 * bytes)) return skip('mounting a small disk is not allowed');
    const empty = fillDisk(user, bytes + (1 << 20));
    await expect(fetchFrom(folder)).rejects.toMatchObject({ code: 'disk_full' });
    empty();
    await expectNothingInstalled();
    expect((await fetchFrom(folder)).model.state).toBe('ready');
  });
});

async function expectNothingInstalled(): Promise<void> {
  expect(await stateOf()).toBe('available');
  expect(await readdir(path.join(scratch, 'user'))).toEqual(['downloads']);
}

/** The files of the folder behind a loopback server; some of them served in another way. */
async function serveFiles(
  special: Readonly<Record<string, (bytes: Uint8Array) => Handler>> = {},
): Promise<FileServer> {
  const handlers = new Map<string, Handler>();
  for (const { name } of vgg19.files) {
    const bytes = new Uint8Array(await readFile(path.join(folder, name)));
    handlers.set(`/${name}`, (special[name] ?? rangeHandler)(bytes));
  }
  return serve((request, response) => {
    const handler = handlers.get(request.url ?? '');
    if (handler === undefined) response.writeHead(404).end();
    else handler(request, response);
  });
}

const [HEIGHT, WIDTH] = [48, 64];
const PLANE = HEIGHT * WIDTH;

/** Images RGB 0…1 as planes, and losses in float64. */
async function readOracle() {
  const file = path.join(data, 'oracles', 'style-gradient');
  const { values, arrays } = JSON.parse(await readFile(`${file}.json`, 'utf8')) as {
    readonly values: Readonly<Record<string, number>>;
    readonly arrays: readonly { readonly name: string; readonly offset: number }[];
  };
  const { buffer } = Uint8Array.from(await readFile(`${file}.bin`));
  const image = (name: string): Float32Array =>
    new Float32Array(buffer, arrays.find((array) => array.name === name)!.offset, 3 * PLANE);
  return { values, image };
}

/** 255 · image in BGR minus the mean. */
const fed = (image: Float32Array, mean: readonly number[]) =>
  float32(
    [1, 3, HEIGHT, WIDTH],
    Float32Array.from({ length: 3 * PLANE }, (_, i) => {
      const channel = Math.floor(i / PLANE);
      return 255 * image[(2 - channel) * PLANE + (i % PLANE)]! - mean[channel]!;
    }),
  );

const valuesOf = (activations: NamedTensors, layer: string): Float32Array =>
  activations[layer]!.data as Float32Array;

function contentLoss(a: NamedTensors, b: NamedTensors, layer: string): number {
  const other = valuesOf(b, layer);
  return valuesOf(a, layer).reduce((sum, value, i) => sum + (value - other[i]!) ** 2, 0) / 2;
}

function gramLoss(a: NamedTensors, b: NamedTensors, layer: string): number {
  const channels = a[layer]!.shape[1]!;
  const [first, second] = [gram(valuesOf(a, layer), channels), gram(valuesOf(b, layer), channels)];
  return first.reduce((sum, value, i) => sum + (value - second[i]!) ** 2, 0);
}

/** F Fᵀ / (height · width). */
function gram(features: Float32Array, channels: number): Float64Array {
  const plane = features.length / channels;
  const result = new Float64Array(channels ** 2);
  for (let row = 0; row < channels; row++)
    for (let column = 0; column < channels; column++) {
      let sum = 0;
      for (let i = 0; i < plane; i++)
        sum += features[row * plane + i]! * features[column * plane + i]!;
      result[row * channels + column] = sum / plane;
    }
  return result;
}
