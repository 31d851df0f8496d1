import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { LikenessError } from '../../../contract/errors.ts';
import { openCatalog } from '../catalog.ts';
import { ModelManifest } from '../../../contract/manifest.ts';
import { openOnCpu } from '../testing/open-model.ts';
import { scratchFolder } from '../testing/scratch.ts';
import {
  detectorManifest,
  encoderManifest,
  tinyDetector,
  tinyEncoder,
  tinyWithoutPooling,
} from '../testing/tiny-models.ts';

type Json = Record<string, unknown>;

const encoder = tinyEncoder();
const detector = tinyDetector();

let folder: string;
beforeEach(async () => {
  const scratch = await scratchFolder();
  onTestFinished(() => scratch[Symbol.asyncDispose]());
  folder = scratch.path;
});

const userModels = () => path.join(folder, 'models');
const catalog = () =>
  openCatalog({ builtInModels: path.join(folder, 'none'), userModels: userModels() });

/** Imports an ONNX file with a manifest, both written to disk first; gives the summary or the error. */
async function attempt(onnx: Uint8Array | string, manifest: unknown) {
  const paths = {
    file: path.join(folder, 'theirs.onnx'),
    manifest: path.join(folder, 'theirs.json'),
  };
  await writeFile(paths.file, onnx);
  await writeFile(
    paths.manifest,
    typeof manifest === 'string' ? manifest : JSON.stringify(manifest),
  );
  return catalog()
    .importModel(paths, { open: openOnCpu })
    .catch((error: unknown) => error as Error);
}

/** A copy of a manifest in which the value at "a.b" is another, or gone. */
function changed(manifest: ModelManifest, field: string, value: unknown): Json {
  const copy = structuredClone(manifest) as Json;
  const keys = field.split('.');
  let inner = copy;
  for (const key of keys.slice(0, -1)) inner = inner[key] as Json;
  const last = keys.at(-1)!;
  if (value === undefined) Reflect.deleteProperty(inner, last);
  else inner[last] = value;
  return copy;
}

describe('what does as it says', () => {
  test('an encoder is installed and can be loaded', async () => {
    expect(await attempt(encoder, encoderManifest('theirs', encoder))).toMatchObject({
      model: { id: 'theirs', role: 'encoder', origin: 'imported', state: 'ready', active: false },
    });
    expect((await catalog().load('theirs')).bytes.length).toBe(encoder.length);
  });

  test('a detector is installed', async () => {
    expect(await attempt(detector, detectorManifest('their-eyes', detector))).toMatchObject({
      model: { role: 'detector', state: 'ready' },
    });
  });

  test('size, hash, version, license, source and probability need not be written', async () => {
    const { id, input, task } = encoderManifest('theirs', encoder);
    const { probability, ...essential } = task as Extract<
      ModelManifest['task'],
      { role: 'encoder' }
    >;
    await attempt(encoder, { id, input, task: essential });
    const { manifest } = await catalog().load('theirs');
    expect(manifest).toMatchObject({ version: '1', bytes: encoder.length, license: 'not stated' });
    expect(manifest.task).toMatchObject({ probability: { midpoint: probability.midpoint } });
  });

  test('a manifest of an earlier version, with another spelling of license, goes on being read', async () => {
    const { license, ...manifest } = encoderManifest('theirs', encoder);
    await attempt(encoder, { ...manifest, licence: license });
    expect((await catalog().load('theirs')).manifest.license).toBe(license);
    const installed = ModelManifest.parse({ ...manifest, licence: license });
    expect(installed).toEqual({ ...manifest, license });
  });

  test('a fixed batch is fine where the manifest says so', async () => {
    const single = tinyEncoder(1);
    const manifest = changed(encoderManifest('theirs', single), 'input.dynamicBatch', false);
    expect(await attempt(single, manifest)).toMatchObject({ model: { state: 'ready' } });
  });

  test('another file may come under the same id with another version only', async () => {
    const other = tinyEncoder('batch', 7);
    await attempt(encoder, encoderManifest('theirs', encoder));
    expect(await attempt(other, encoderManifest('theirs', other))).toMatchObject({
      code: 'manifest_invalid',
      details: { field: 'version' },
    });
    const newer = { ...encoderManifest('theirs', other), version: '2' };
    expect(await attempt(other, newer)).toMatchObject({ model: { version: '2', state: 'ready' } });
  });
});

describe('a wrong manifest is refused by the name of its field', () => {
  test.each([
    ['id', 'No Spaces!', 'another string'],
    ['id', undefined, 'missing'],
    ['input', undefined, 'missing'],
    ['input.name', undefined, 'missing'],
    ['input.layout', 'CHW', '"NCHW"|"NHWC"'],
    ['input.channels', 'GRB', '"RGB"|"BGR"'],
    ['input.width', '112', 'expected number'],
    ['input.height', -1, 'another number'],
    ['input.mean', [127.5], 'another list'],
    ['input.std', null, 'null'],
    ['task.role', 'painter', 'another string'],
    ['task.dimension', 128.5, 'expected int'],
    ['task.alignment', 'mtcnn', '"dlib-68"|"arcface-5"'],
    ['task.metric', 'manhattan', '"euclidean"|"cosine"'],
    ['task.thresholds', undefined, 'missing'],
    ['task.thresholds.identification', 'strict', 'expected number'],
    ['sha256', 'abc', 'another string'],
  ])('%s = %j', async (field, value, words) => {
    const refusal = await attempt(
      encoder,
      changed(encoderManifest('theirs', encoder), field, value),
    );
    expect(refusal).toMatchObject({ code: 'manifest_invalid' });
    expect((refusal as Error).message).toContain(`"${field}`);
    expect((refusal as Error).message).toContain(words);
    expect(existsSync(userModels())).toBe(false);
  });

  test('a field that there is not, by the one around it', async () => {
    const manifest = changed(encoderManifest('theirs', encoder), 'input.meen', [0, 0, 0]);
    const refusal = await attempt(encoder, manifest);
    expect(refusal).toMatchObject({ code: 'manifest_invalid', details: { field: 'input' } });
  });

  test.each([
    'root:$6$canary:19000:0:99999:7:::',
    '{"canary": 1}',
    '{"id": "canary"}',
    '{"id": "CANARY!"}',
    '[{"id": "canary"}]',
    '"canary',
  ])('what %s says is not repeated', async (text) => {
    const refusal = await attempt(encoder, text);
    expect(refusal).toMatchObject({ code: 'manifest_invalid' });
    expect(JSON.stringify((refusal as LikenessError).toData())).not.toMatch(/canary/iu);
  });

  test.each([
    ['bytes', 17],
    ['sha256', '0'.repeat(64)],
  ])('%s of another file', async (field, value) => {
    const manifest = changed(encoderManifest('theirs', encoder), field, value);
    expect(await attempt(encoder, manifest)).toMatchObject({
      code: 'manifest_invalid',
      details: { field },
    });
  });

  test.each(['encoder-resnet29', 'mobilefacenet'])('the id %s, which is ours', async (id) => {
    expect(await attempt(encoder, encoderManifest(id, encoder))).toMatchObject({
      code: 'manifest_invalid',
      details: { field: 'id' },
    });
  });

  test.each(['', 'not json', '[]', 'null', '"text"'])('the text %j', async (text) => {
    expect(await attempt(encoder, text)).toMatchObject({ code: 'manifest_invalid' });
  });

  test('a role that only we can fill', async () => {
    const manifest = {
      ...encoderManifest('theirs', encoder),
      task: { role: 'landmarks', output: 'x' },
    };
    expect(await attempt(encoder, manifest)).toMatchObject({
      code: 'manifest_invalid',
      details: { field: 'task.role' },
    });
  });
});

describe('a file that does something else is refused by the field it contradicts', () => {
  test.each([
    ['input.name', 'input.name', 'pixels'],
    ['input.layout', 'input.layout', 'NHWC'],
    ['input.width', 'input.width', 32],
    ['input.height', 'input.height', 32],
    ['input.multipleOf', 'input.multipleOf', 16],
    ['task.output', 'task.output', 'embedding'],
    ['task.dimension', 'task.dimension', 512],
  ])('%s', async (named, field, value) => {
    const refusal = await attempt(
      encoder,
      changed(encoderManifest('theirs', encoder), field, value),
    );
    expect(refusal).toMatchObject({ code: 'model_incompatible', details: { field: named } });
    expect((refusal as Error).message).toContain(named);
    expect(existsSync(userModels())).toBe(false);
  });

  test('a batch that the file fixes is taken one by one, and that is said', async () => {
    const single = tinyEncoder(1);
    expect(await attempt(single, encoderManifest('theirs', single))).toMatchObject({
      manifest: { input: { dynamicBatch: false } },
      warnings: ['theirs is run on one picture at a time: its file fixes the batch to 1.'],
    });
  });

  test('an output of another rank', async () => {
    const onnx = tinyWithoutPooling();
    expect(await attempt(onnx, encoderManifest('theirs', onnx))).toMatchObject({
      code: 'model_incompatible',
      details: { field: 'task.dimension' },
      message: expect.stringContaining('[1, 8, 14, 14]') as string,
    });
  });

  test('another number of anchors', async () => {
    const onnx = tinyDetector(3);
    expect(await attempt(onnx, detectorManifest('theirs', onnx))).toMatchObject({
      code: 'model_incompatible',
      details: { field: 'task.decode' },
    });
  });
});

describe('a file that is no model', () => {
  test.each([
    ['a text', 'these are only words', 'model_corrupt'],
    ['the first half of a model', encoder.slice(0, encoder.length >> 1), 'model_corrupt'],
    ['nothing', '', 'file_empty'],
  ])('%s', async (_, content, code) => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const { id, input, task } = encoderManifest('theirs', encoder);
    expect(await attempt(bytes, { id, input, task })).toMatchObject({ code });
    expect(existsSync(userModels())).toBe(false);
  });

  test.each(['file', 'manifest'] as const)('a %s that is not there', async (which) => {
    const paths = { file: path.join(folder, 'a.onnx'), manifest: path.join(folder, 'a.json') };
    if (which === 'file')
      await writeFile(paths.manifest, JSON.stringify(encoderManifest('theirs', encoder)));
    const outcome = catalog().importModel(paths, { open: openOnCpu });
    await expect(outcome).rejects.toMatchObject({
      code: 'file_not_found',
      details: { file: paths[which] },
    });
    expect(await readdir(folder)).not.toContain('models');
  });

  test('a folder', async () => {
    await writeFile(
      path.join(folder, 'a.json'),
      JSON.stringify(encoderManifest('theirs', encoder)),
    );
    const paths = { file: folder, manifest: path.join(folder, 'a.json') };
    await expect(catalog().importModel(paths, { open: openOnCpu })).rejects.toMatchObject({
      code: 'file_is_directory',
    });
  });
});
