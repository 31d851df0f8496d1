import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { PaintingSettings } from '../../../contract/paintings.ts';
import type { Progress } from '../../../contract/values.ts';
import { sha256Of } from '../../../foundation/hash.ts';
import { buildFilterBank, filterBankManifest } from '../../catalog/style-encoders.ts';
import { detectorManifest, tinyDetector } from '../../catalog/testing/tiny-models.ts';
import { install } from '../../catalog/model-files.ts';
import { writeOnnx } from '../../onnx/write.ts';
import { readCheckpoint, writeCheckpoint } from '../../style/painting-run.ts';
import { createContext, type HostContext } from '../context.ts';
import type { HostPayload } from '../../../contract/host.ts';
import { FakePainter } from '../testing/fake-painter.ts';
import { paintingHandlers } from './paintings.ts';

let models: string;
let folder: string;
let host: HostContext;
let painter: FakePainter;
let handlers: ReturnType<typeof paintingHandlers>;

beforeAll(async () => {
  models = await mkdtemp(path.join(tmpdir(), 'likeness-models-'));
  const onnx = new Uint8Array(writeOnnx(buildFilterBank()));
  const counted = { bytes: onnx.length, sha256: sha256Of(onnx) };
  await install(models, { onnx, manifest: { ...filterBankManifest, ...counted } });
  const detector = tinyDetector();
  const manifest = detectorManifest('detector-tiny', detector);
  await install(models, { onnx: detector, manifest });
});
afterAll(() => rm(models, { recursive: true }));

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'likeness-paintings-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const configuration = { role: 'studio', builtInModels: models, provider: 'cpu' } as const;
  host = createContext({ ...configuration, userModels: path.join(folder, 'none') });
  painter = new FakePainter();
  handlers = paintingHandlers(() => painter);
  await picture('content.png', 64, 48, '#204060');
  await picture('style.png', 40, 40, '#ff8800');
});

const file = (name: string): string => path.join(folder, name);

const picture = (name: string, width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } }).toFile(file(name));

const settingsWith = (more: object = {}): PaintingSettings =>
  PaintingSettings.parse({
    content: file('content.png'),
    styles: [{ path: file('style.png') }],
    ...{ size: 32, steps: 10, ...more },
  });

const orderWith = (more: Partial<HostPayload<'paint'>> = {}): HostPayload<'paint'> => ({
  ...{ job: 1, settings: settingsWith(), output: file('out.png') },
  ...{ checkpoint: file('1.checkpoint'), previews: false, ...more },
});

const never = new AbortController().signal;

async function paint(order = orderWith(), report: (progress: Progress) => void = () => undefined) {
  return handlers.paint(host, order, { signal: never, report });
}

const stop = async () =>
  handlers.stopPainting(host, { job: 1 }, { signal: never, report: () => undefined });

describe('paint', () => {
  test('paints, reports every step and says what it took', async () => {
    const seen: Progress[] = [];
    const result = await paint(orderWith(), (progress) => seen.push(progress));
    expect(result).toMatchObject({
      ...{ output: file('out.png'), width: 32, height: 24, encoder: 'filter-bank' },
      ...{ provider: 'cpu', steps: 10, tiles: 2, predictedMemoryMb: 500 },
      losses: { content: 10, style: 20, totalVariation: 0 },
      warnings: [expect.stringContaining('untrained')],
    });
    expect(result.peakMemoryMb).toBeGreaterThan(20);
    expect(seen.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(seen[0]).toMatchObject({ total: 10, painting: { secondsLeft: 9 / 500 } });
    const [red] = await sharp(file('out.png')).raw().toBuffer();
    expect(red).toBe(Math.round(0x20 + (10 / 512) * 255));
  });

  test('leaves settings in the file that give the same order again', async () => {
    const settings = settingsWith({ seed: 5, styleLayers: { relu1_1: 2 } });
    await paint(orderWith({ settings }));
    const recalled = await handlers.recallPainting(
      host,
      { picture: file('out.png') },
      { signal: never, report: () => undefined },
    );
    expect(recalled.settings).toEqual({ ...settings, encoder: 'filter-bank' });
  });

  test('shows previews, at most four a second, where they are asked for', async () => {
    const previews: Uint8Array[] = [];
    const settings = settingsWith({ steps: 150 });
    const began = performance.now();
    await paint(orderWith({ settings, previews: true }), ({ painting }) => {
      if (painting?.preview !== undefined) previews.push(painting.preview);
    });
    const most = Math.ceil((performance.now() - began) / 250);
    expect(previews.length).toBeGreaterThan(0);
    expect(previews.length).toBeLessThanOrEqual(most);
    expect((await sharp(previews[0]).metadata()).format).toBe('jpeg');
  });

  test('hands the painter what the settings name', async () => {
    await picture('mask.png', 10, 10, '#ffffff');
    await picture('start.png', 32, 24, '#808080');
    const settings = settingsWith({
      styles: [{ path: file('style.png'), weight: 3, mask: file('mask.png') }],
      initial: { path: file('start.png') },
    });
    const { warnings } = await paint(orderWith({ settings }));
    const [order] = painter.orders;
    expect(order!.styles[0]).toMatchObject({ weight: 3, mask: { width: 32, height: 24 } });
    expect(order!.start).toMatchObject({ kind: 'picture', picture: { width: 32, height: 24 } });
    expect(warnings.join()).toContain('mask.png');
  });

  test('lays a transparent painting on white for JPEG, and says so', async () => {
    await sharp(file('content.png')).ensureAlpha(0).toFile(file('veil.png'));
    const settings = settingsWith({ content: file('veil.png') });
    const { warnings } = await paint(orderWith({ settings, output: file('out.jpg') }));
    expect(warnings.join()).toContain('laid on white');
  });

  test('keeps the last good picture where the next comes to no numbers', async () => {
    painter.divergesAt = 4;
    await expect(paint()).rejects.toMatchObject({
      code: 'painting_diverged',
      details: { step: 4, kept: file('out.png') },
    });
    const [red] = await sharp(file('out.png')).raw().toBuffer();
    expect(red).toBe(Math.round(0x20 + (3 / 512) * 255));
  });

  test.each([
    [{ contentLayer: 'relu9_1' }, 'layer_unknown'],
    [{ styleLayers: { fc7: 1 } }, 'layer_unknown'],
    [{ encoder: 'detector-tiny' }, 'invalid_input'],
    [{ encoder: 'vgg16' }, 'model_unknown'],
    [{ encoder: 'vgg19' }, 'model_missing'],
    [{ content: '/no/such/file.png' }, 'file_not_found'],
  ])('refuses %o and leaves nothing behind', async (more, code) => {
    const refused = paint(orderWith({ settings: settingsWith(more) }));
    await expect(refused).rejects.toMatchObject({ code });
    expect((await readdir(folder)).sort()).toEqual(['content.png', 'style.png']);
  });
});

describe('stopPainting', () => {
  test('returns when the state is saved; from there it goes on to the same picture', async () => {
    await paint(orderWith({ job: 2, output: file('whole.png') }));
    const settings = settingsWith({ steps: 10 });
    const painting = paint(orderWith({ settings }), ({ done }) => {
      if (done === 4) void stop();
    });
    await expect(painting).rejects.toMatchObject({ code: 'cancelled' });
    expect(existsSync(file('1.checkpoint'))).toBe(true);
    const done: number[] = [];
    await paint(orderWith({ settings }), (progress) => done.push(progress.done));
    expect(done[0]).toBeGreaterThanOrEqual(5);
    const pixels = (name: string) => sharp(file(name)).raw().toBuffer();
    expect(await pixels('out.png')).toEqual(await pixels('whole.png'));
  });

  test('stopped at its last step, it says all its steps and their losses when it goes on', async () => {
    const painting = paint(orderWith(), ({ done }) => {
      if (done === 10) void stop();
    });
    await expect(painting).rejects.toMatchObject({ code: 'cancelled' });
    const { steps, losses } = await paint(orderWith());
    expect({ steps, losses }).toEqual({
      steps: 10,
      losses: { content: 10, style: 20, totalVariation: 0 },
    });
  });

  test.each(['content.png', 'style.png', 'mask.png', 'start.png'])(
    'what was paused does not go on with another %s, but does once the former one is back',
    async (name) => {
      await picture('mask.png', 64, 48, '#ffffff');
      await picture('start.png', 64, 48, '#aa0011');
      const styles = [{ path: file('style.png'), mask: file('mask.png') }];
      const initial = { path: file('start.png') };
      const settings = settingsWith({ steps: 10, styles, initial });
      await paint(orderWith({ job: 2, output: file('whole.png'), settings }));
      const painting = paint(orderWith({ settings }), ({ done }) => {
        if (done === 4) void stop();
      });
      await expect(painting).rejects.toMatchObject({ code: 'cancelled' });
      const former = await readFile(file(name));
      const { width, height } = await sharp(former).metadata();
      await picture(name, width, height, '#00ff7f');
      await expect(paint(orderWith({ settings }))).rejects.toMatchObject({
        code: 'checkpoint_incompatible',
        message: expect.stringContaining(file(name)) as string,
        details: { changed: [expect.stringContaining(file(name))] },
      });
      expect(existsSync(file('out.png'))).toBe(false);
      await writeFile(file(name), former);
      const { warnings } = await paint(orderWith({ settings }));
      expect(warnings).not.toContainEqual(expect.stringContaining('earlier version'));
      const pixels = (of: string) => sharp(file(of)).raw().toBuffer();
      expect(await pixels('out.png')).toEqual(await pixels('whole.png'));
    },
  );

  test('what an earlier version has paused goes on, with a warning', async () => {
    const painting = paint(orderWith(), ({ done }) => {
      if (done === 4) void stop();
    });
    await expect(painting).rejects.toMatchObject({ code: 'cancelled' });
    const saved = (await readCheckpoint(file('1.checkpoint')))!;
    const { settings, level, step, losses, image, optimizer } = saved;
    const former = { settings, level, step, losses, image, optimizer };
    await writeCheckpoint(file('1.checkpoint'), former);
    const { warnings } = await paint();
    expect(warnings).toContainEqual(expect.stringContaining('earlier version'));
  });

  test('takes a painting out of the queue that has not begun', async () => {
    const first = paint(orderWith({ job: 2, output: file('first.png') }));
    const waiting = paint();
    await stop();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await first;
    expect(existsSync(file('out.png'))).toBe(false);
  });

  test('of a painting that there is not does nothing', async () => {
    expect(await stop()).toBeNull();
  });
});

test('estimatePainting says what it will take', async () => {
  const { estimate, warnings } = await handlers.estimatePainting(
    host,
    { settings: settingsWith() },
    { signal: never, report: () => undefined },
  );
  expect(estimate).toEqual({
    ...{ width: 32, height: 24, encoder: 'filter-bank', trained: false },
    ...{ steps: 10, tiles: 2, memoryMb: 500, seconds: 3 },
  });
  expect(warnings).toHaveLength(1);
});
