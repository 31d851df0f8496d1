import {
  appendFile,
  mkdir,
  readFile,
  readdir,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ModelSummary } from '../../contract/commands.ts';
import { openCatalog, type CatalogOptions } from './catalog.ts';
import type { PinnedDownload } from './transfer.ts';
import { sha256Of } from '../../foundation/hash.ts';
import type { ModelManifest } from '../../contract/manifest.ts';
import type { Known } from './summaries.ts';
import { cuttingHandler, rangeHandler, serve } from './testing/file-server.ts';
import { openOnCpu } from './testing/open-model.ts';
import { scratchFolder } from './testing/scratch.ts';
import {
  detectorManifest,
  encoderManifest,
  tinyDetector,
  tinyEncoder,
} from './testing/tiny-models.ts';
import { install } from './model-files.ts';

vi.mock(import('../../foundation/hash.ts'), async (original) => {
  const { sha256Of: hash, ...others } = await original();
  return { ...others, sha256Of: vi.fn(hash) };
});

const builtInOnnx = tinyEncoder('batch', 1);
const fetchedOnnx = tinyEncoder('batch', 2);

const halves = [fetchedOnnx.slice(0, 300), fetchedOnnx.slice(300)];
const pinnedFile = (name: string, content: Uint8Array) => ({
  name,
  url: `http://unused.invalid/${name}`,
  bytes: content.length,
  sha256: sha256Of(content),
});

/** Under the id of the recommended encoder, so that it becomes the one in use. */
const download: PinnedDownload = {
  ...{ id: 'mobilefacenet', name: 'Tiny', version: '1', role: 'encoder' },
  ...{ license: 'MIT', source: 'made for a test' },
  files: [pinnedFile('tiny.onnx', fetchedOnnx)],
  assemble: (files) => {
    const onnx = files.get('tiny.onnx')!;
    return Promise.resolve({ onnx, manifest: encoderManifest('mobilefacenet', onnx) });
  },
};

/** The same model in two files. */
const inTwoFiles: PinnedDownload = {
  ...download,
  files: [pinnedFile('a.bin', halves[0]!), pinnedFile('b.bin', halves[1]!)],
  assemble: (files) => {
    const onnx = Buffer.concat([files.get('a.bin')!, files.get('b.bin')!]);
    return Promise.resolve({ onnx, manifest: encoderManifest('mobilefacenet', onnx) });
  },
};

const known: Known = {
  builtIn: new Map([
    ['encoder-resnet29', 'encoder'],
    ['detector-tiny', 'detector'],
  ]),
  downloads: [download],
};

let builtInModels: string;
let userModels: string;
beforeEach(async () => {
  const folder = await scratchFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  builtInModels = path.join(folder.path, 'built-in');
  userModels = path.join(folder.path, 'user');
  await install(builtInModels, {
    onnx: builtInOnnx,
    manifest: encoderManifest('encoder-resnet29', builtInOnnx),
  });
  const detector = tinyDetector();
  await install(builtInModels, {
    onnx: detector,
    manifest: detectorManifest('detector-tiny', detector),
  });
});

const open = (more: Partial<CatalogOptions> = {}) =>
  openCatalog({ builtInModels, userModels, known, ...more });

const find = (models: readonly ModelSummary[], id: string) =>
  models.find((model) => model.id === id);
const inBuiltIn = (name: string) => path.join(builtInModels, name);
const inUser = (name: string) => path.join(userModels, name);

describe('list', () => {
  test('shows built-in models as ready and downloads as available', async () => {
    const models = await open().list();
    expect(models.map(({ id, state, origin, active }) => [id, state, origin, active])).toEqual([
      ['detector-tiny', 'ready', 'built-in', true],
      ['encoder-resnet29', 'ready', 'built-in', true],
      ['mobilefacenet', 'available', 'download', false],
    ]);
    expect(find(models, 'mobilefacenet')).toMatchObject({
      bytes: fetchedOnnx.length,
      sha256: sha256Of(fetchedOnnx),
    });
  });

  test('shows what was never built as missing', async () => {
    await rm(builtInModels, { recursive: true });
    const models = await open().list();
    expect(find(models, 'encoder-resnet29')?.state).toBe('missing');
    expect(find(models, 'detector-tiny')?.state).toBe('missing');
  });

  test('shows a file that is gone as missing, a damaged one as corrupt', async () => {
    await rm(inBuiltIn('detector-tiny.onnx'));
    await flipByte(inBuiltIn('encoder-resnet29.onnx'));
    const models = await open().list();
    expect(find(models, 'detector-tiny')?.state).toBe('missing');
    expect(find(models, 'encoder-resnet29')?.state).toBe('corrupt');
  });

  test('hashes a file once, and again when it changed', async () => {
    vi.mocked(sha256Of).mockClear();
    const hashed = async () => {
      await open().list();
      const count = vi.mocked(sha256Of).mock.calls.length;
      vi.mocked(sha256Of).mockClear();
      return count;
    };
    await mkdir(userModels, { recursive: true });
    expect([await hashed(), await hashed()]).toEqual([2, 0]);
    const file = inBuiltIn('encoder-resnet29.onnx');
    const { atime, mtime } = await stat(file);
    await flipByte(file);
    await utimes(file, atime, mtime);
    expect([await hashed(), find(await open().list(), 'encoder-resnet29')?.state]).toEqual([
      1,
      'corrupt',
    ]);
  });

  test('tells models that Likeness trained from those that were imported', async () => {
    const provenance = {
      command: 'likeness train encoder',
      seed: 1,
      ...{ startedFrom: null, teacher: null, data: [], settings: {}, metrics: {} },
    };
    const theirs = encoderManifest('theirs', builtInOnnx);
    await install(userModels, { onnx: builtInOnnx, manifest: theirs });
    const ours = { ...encoderManifest('ours', builtInOnnx), provenance };
    await install(userModels, { onnx: builtInOnnx, manifest: ours });
    const models = await open().list();
    expect([find(models, 'theirs')?.origin, find(models, 'ours')?.origin]).toEqual([
      'imported',
      'trained',
    ]);
    await flipByte(inUser('ours.onnx'));
    await expect(open().load('ours')).rejects.toMatchObject({
      details: { origin: 'trained' },
    });
  });

  test('shows a built-in model whose manifest is damaged as corrupt', async () => {
    await writeFile(inBuiltIn('detector-tiny.json'), '{"id":');
    expect(find(await open().list(), 'detector-tiny')).toMatchObject({
      state: 'corrupt',
      role: 'detector',
    });
  });
});

async function flipByte(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes[bytes.length >> 1]! ^= 1;
  await writeFile(file, bytes);
}

describe('the model in use', () => {
  test('is the recommended one that is present', async () => {
    expect(await open().activeId('encoder')).toBe('encoder-resnet29');
    await install(userModels, await download.assemble(new Map([['tiny.onnx', fetchedOnnx]])));
    expect(await open().activeId('encoder')).toBe('mobilefacenet');
  });

  test('is the chosen one, against the recommendation', async () => {
    await install(userModels, await download.assemble(new Map([['tiny.onnx', fetchedOnnx]])));
    const catalog = open({ chosen: { encoder: 'encoder-resnet29' } });
    expect((await catalog.loadActive('encoder')).manifest.id).toBe('encoder-resnet29');
    expect(find(await catalog.list(), 'mobilefacenet')?.active).toBe(false);
  });

  test('stays in use when its file is damaged, so that nobody is silently forgotten', async () => {
    await install(userModels, await download.assemble(new Map([['tiny.onnx', fetchedOnnx]])));
    await flipByte(inUser('mobilefacenet.onnx'));
    await expect(open().loadActive('encoder')).rejects.toMatchObject({ code: 'model_corrupt' });
  });

  test('must have the role it is chosen for', async () => {
    const catalog = open({ chosen: { encoder: 'detector-tiny' } });
    await expect(catalog.loadActive('encoder')).rejects.toMatchObject({
      code: 'invalid_input',
      details: { expected: 'encoder', actual: 'detector' },
    });
  });
});

describe('load', () => {
  test('gives bytes and manifest', async () => {
    const { bytes, manifest } = await open().load('encoder-resnet29');
    expect(new Uint8Array(bytes)).toEqual(builtInOnnx);
    expect(manifest.sha256).toBe(sha256Of(builtInOnnx));
  });

  test.each([
    ['a wrong byte', flipByte],
    ['a byte too many', (file: string) => appendFile(file, '!')],
    ['no byte at all', (file: string) => writeFile(file, '')],
  ])('refuses a file with %s, names it and says where it came from', async (_, damage) => {
    const file = inBuiltIn('encoder-resnet29.onnx');
    await damage(file);
    const refusal = await open()
      .load('encoder-resnet29')
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'model_corrupt', details: { file, origin: 'built-in' } });
    expect((refusal as Error).message).toContain(file);
    expect((refusal as Error).message).not.toContain('npm run');
  });

  test('says how to get what is not here', async () => {
    const catalog = open();
    await expect(catalog.load('mobilefacenet')).rejects.toMatchObject({
      code: 'model_missing',
      details: { origin: 'download' },
    });
    await rm(inBuiltIn('encoder-resnet29.onnx'));
    await expect(catalog.load('encoder-resnet29')).rejects.toMatchObject({ code: 'model_missing' });
    await expect(catalog.load('resnet')).rejects.toMatchObject({
      code: 'model_unknown',
      message: expect.stringContaining('encoder-resnet29') as string,
    });
  });

  test('prefers the built-in file to one of the same name in the user’s folder', async () => {
    await install(userModels, {
      onnx: fetchedOnnx,
      manifest: encoderManifest('encoder-resnet29', fetchedOnnx),
    });
    const { file } = await open().load('encoder-resnet29');
    expect(file).toBe(inBuiltIn('encoder-resnet29.onnx'));
  });
});

describe('verify', () => {
  test('proves sound models by a run', async () => {
    expect((await open().verify({ open: openOnCpu })).ok).toBe(true);
  });

  test('notices a model that hashes well but does something else', async () => {
    const manifest = encoderManifest('encoder-resnet29', builtInOnnx);
    const task = { ...manifest.task, dimension: 9 } as ModelManifest['task'];
    await install(builtInModels, { onnx: builtInOnnx, manifest: { ...manifest, task } });
    const { models, ok } = await open().verify({ open: openOnCpu });
    expect(ok).toBe(false);
    expect(find(models, 'encoder-resnet29')?.state).toBe('corrupt');
  });
});

describe('fetch', () => {
  test('installs a download from a folder', async () => {
    await mkdir(userModels, { recursive: true });
    const from = path.join(builtInModels, '..', 'mirror');
    await mkdir(from);
    await writeFile(path.join(from, 'Tiny.ONNX'), fetchedOnnx);
    const { model, resumedFrom } = await open().fetch('mobilefacenet', { from });
    expect(model).toMatchObject({ state: 'ready', active: true, origin: 'download' });
    expect(resumedFrom).toBe(0);
    expect((await readdir(userModels)).sort()).toContain('mobilefacenet.onnx');
    expect(await readdir(path.join(userModels, 'downloads', 'mobilefacenet'))).toEqual([]);
  });

  test.each(['', '/', '/tiny.onnx', '/some/folder'])(
    'installs from a URL that ends in "%s"',
    async (end) => {
      await using server = await serve(rangeHandler(fetchedOnnx));
      const { model } = await open().fetch('mobilefacenet', { from: server.url + end });
      expect(model.state).toBe('ready');
    },
  );

  test('resumes a cut download and says from where', async () => {
    await using cutting = await serve(cuttingHandler(fetchedOnnx, 400));
    const cut = open().fetch('mobilefacenet', { from: cutting.url });
    await expect(cut).rejects.toMatchObject({ code: 'download_failed' });
    expect(find(await open().list(), 'mobilefacenet')?.state).toBe('available');
    await using sound = await serve(rangeHandler(fetchedOnnx));
    const { resumedFrom } = await open().fetch('mobilefacenet', { from: sound.url });
    expect(resumedFrom).toBe(400);
    expect(sound.ranges).toEqual(['bytes=400-']);
  });

  test('leaves nothing installed where a byte is wrong', async () => {
    const wrong = fetchedOnnx.slice();
    wrong[100]! ^= 1;
    await using server = await serve(rangeHandler(wrong));
    const outcome = open().fetch('mobilefacenet', { from: server.url });
    await expect(outcome).rejects.toMatchObject({ code: 'download_corrupt' });
    expect(find(await open().list(), 'mobilefacenet')?.state).toBe('available');
    expect(await readdir(path.join(userModels, 'downloads', 'mobilefacenet'))).toEqual([]);
  });

  test('joins a download of several files, with one progress over all', async () => {
    const catalog = open({ known: { ...known, downloads: [inTwoFiles] } });
    const from = path.join(builtInModels, '..', 'mirror');
    await mkdir(from);
    await writeFile(path.join(from, 'a.bin'), halves[0]!);
    await writeFile(path.join(from, 'b.bin'), halves[1]!);
    const done: number[] = [];
    const onProgress = (progress: { done: number }) => done.push(progress.done);
    const { model } = await catalog.fetch('mobilefacenet', { from, onProgress });
    expect(model.state).toBe('ready');
    expect(done).toEqual([halves[0]!.length, fetchedOnnx.length]);
  });

  test('leaves a sound model alone and mends a damaged one', async () => {
    await using server = await serve(rangeHandler(fetchedOnnx));
    const again = () => open().fetch('mobilefacenet', { from: server.url });
    await again();
    await again();
    expect(server.ranges).toHaveLength(1);
    await flipByte(inUser('mobilefacenet.onnx'));
    expect((await again()).model.state).toBe('ready');
  });

  test('knows what it can fetch', async () => {
    await expect(open().fetch('encoder-resnet29')).rejects.toMatchObject({
      code: 'model_unknown',
      message: expect.stringContaining('mobilefacenet') as string,
    });
  });

  test('says which file a folder lacks', async () => {
    const outcome = open().fetch('mobilefacenet', { from: builtInModels });
    await expect(outcome).rejects.toMatchObject({
      code: 'file_not_found',
      message: expect.stringContaining('tiny.onnx') as string,
    });
  });
});
