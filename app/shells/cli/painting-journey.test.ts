import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fillDisk, mountSmallDisk } from '../../../foundation/files/testing/small-disk.ts';
import { likeness, likenessJson, samplePhoto, start } from './testing/likeness.ts';

/** The real command line paints real, small pictures with the filter bank. */

let folder: string;
let photo: string;
let manner: string;
let count = 0;
let dataDir: string;
let out: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'likeness-painting-'));
  photo = path.join(folder, 'photo.png');
  manner = path.join(folder, 'manner.png');
  await sharp(samplePhoto(1)).resize(160).toFile(photo);
  await sharp(samplePhoto(2)).resize(120).modulate({ saturation: 3 }).blur(2).toFile(manner);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  const own = path.join(folder, `${++count}`);
  await mkdir(own);
  dataDir = path.join(own, 'data');
  out = path.join(own, 'out.png');
});

const SMALL = ['--size', '64', '--steps', '6', '--provider', 'cpu', '--encoder', 'filter-bank'];
const stylize = (...more: string[]) =>
  likenessJson(['stylize', photo, manner, '-o', out, ...SMALL, ...more], { dataDir });

/** Typed: the matcher of the library is `any`. */
const anyNumber: unknown = expect.any(Number);

const pixels = (file: string) => sharp(file).raw().toBuffer();

describe('stylize', () => {
  test('paints, and says how', async () => {
    const { json, exitCode, stderr } = await stylize();
    expect(stderr).toMatch(
      /64×\d+ pixels with filter-bank \(untrained\), in one piece: about \d+ MB/u,
    );
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      ...{ output: out, width: 64, encoder: 'filter-bank', provider: 'cpu', tiles: 1 },
      losses: { content: anyNumber, style: anyNumber },
      ...{ steps: anyNumber, elapsedMs: anyNumber },
      ...{ secondsPerStep: anyNumber, peakMemoryMb: anyNumber },
      predictedMemoryMb: anyNumber,
    });
    expect(await sharp(out).metadata()).toMatchObject({ format: 'png', width: 64 });
    expect(await readdir(path.join(dataDir, 'paintings'))).toEqual([]);
  });

  test('repeats a painting bit for bit from what its file carries', async () => {
    await stylize('--seed', '7', '--init', 'noise');
    const again = path.join(path.dirname(out), 'again.png');
    const argv = ['stylize', '--replay', out, '-o', again, '--provider', 'cpu'];
    expect((await likeness(argv, { dataDir })).exitCode).toBe(0);
    expect(await pixels(again)).toEqual(await pixels(out));
  });

  test('goes on after a kill to the picture of an undisturbed run', async () => {
    // Enough not to be done before the kill.
    const steps = ['--steps', '200'];
    await stylize(...steps);
    const whole = await pixels(out);
    await rm(out);
    const argv = ['stylize', photo, manner, '-o', out, ...SMALL, ...steps];
    const { child, result } = start(argv, { dataDir });
    await checkpointIn(dataDir);
    killWithChildren(child.pid!);
    await result;
    expect(existsSync(out)).toBe(false);
    const resumed = await likenessJson(['stylize', '--resume', '-o', out], { dataDir });
    expect(resumed.stderr).toContain('Going on with painting 2');
    expect(resumed.exitCode).toBe(0);
    expect(await pixels(out)).toEqual(whole);
  });

  test('pauses on Ctrl-C and says which painting', async () => {
    const argv = ['stylize', photo, manner, '-o', out, ...SMALL, '--steps', '5000', '--json'];
    const { child, result } = start(argv, { dataDir });
    await checkpointIn(dataDir);
    child.kill('SIGINT');
    const { stdout, exitCode } = await result;
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'cancelled', details: { output: expect.any(String) as string } },
    });
  });

  test('keeps transparency in TIFF, 16 bits deep, and shows previews', async () => {
    const veil = path.join(path.dirname(out), 'veil.png');
    await sharp(photo).ensureAlpha(0.5).toFile(veil);
    const tiff = out.replace('.png', '.tif');
    const preview = out.replace('.png', '.jpg');
    const argv = ['stylize', veil, manner, '-o', tiff, ...SMALL, '--preview', preview];
    expect((await likeness(argv, { dataDir })).exitCode).toBe(0);
    expect(await sharp(tiff).metadata()).toMatchObject({ hasAlpha: true, depth: 'ushort' });
    expect((await sharp(preview).metadata()).format).toBe('jpeg');
  });

  test('scales a mask that does not fit, and says so', async () => {
    const mask = path.join(path.dirname(out), 'mask.png');
    const create = { width: 10, height: 10, channels: 3, background: 'white' } as const;
    await sharp({ create }).toFile(mask);
    const { json, exitCode } = await stylize('--mask', mask);
    expect(exitCode).toBe(0);
    const { warnings } = json as { readonly warnings: readonly string[] };
    expect(warnings.join()).toContain(mask);
  });
});

describe('what cannot be painted', () => {
  const tiny = async () => {
    const file = path.join(path.dirname(out), 'tiny.png');
    const create = { width: 1, height: 1, channels: 3, background: 'red' } as const;
    await sharp({ create }).toFile(file);
    return file;
  };

  test('one pixel', async () => {
    const argv = ['stylize', await tiny(), manner, '-o', out, ...SMALL];
    const { json } = await likenessJson(argv, { dataDir });
    expect(json).toMatchObject({ error: { code: 'image_too_small' } });
  });

  test.each([
    [['--content-layer', 'relu9_9'], 'layer_unknown'],
    [['--style-layers', 'relu1_1,conv7'], 'layer_unknown'],
    [['--encoder', 'detector-tiny'], 'invalid_input'],
    [['--encoder', 'nothing'], 'model_unknown'],
    [['--init', 'missing.png'], 'file_not_found'],
  ])('%s', async (more, code) => {
    expect((await stylize(...more)).json).toMatchObject({ error: { code } });
    expect(existsSync(out)).toBe(false);
  });

  test('a full disk at the end: the painting is kept, and where is said', async ({ skip }) => {
    const disk = path.join(path.dirname(out), 'disk');
    if (!mountSmallDisk(disk, 1 << 20)) return skip('mounting a small disk is not allowed');
    fillDisk(disk);
    const full = path.join(disk, 'out.png');
    const { json } = await stylize('-o', full);
    const { error } = json as { error: { code: string; details: { kept: string } } };
    expect(error.code).toBe('disk_full');
    expect(await sharp(error.details.kept).metadata()).toMatchObject({ width: 64 });
    expect(existsSync(full)).toBe(false);
  });
});

/** Resolves once a painting has saved its state. */
async function checkpointIn(data: string): Promise<void> {
  await expect
    .poll(() => readdir(path.join(data, 'paintings')).catch(() => []), { timeout: 600_000 })
    .toContainEqual(expect.stringMatching(/\.checkpoint$/u));
}

/** As when the machine runs out of memory: nobody gets to clean up. */
function killWithChildren(pid: number): void {
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', `${pid}`], { encoding: 'utf8' });
  for (const child of children.trim().split(/\s+/u)) process.kill(Number(child), 'SIGKILL');
  process.kill(pid, 'SIGKILL');
}
