import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { LikenessError } from '../../../app/contract/errors.ts';
import { writePainting } from './write-painting.ts';

const painting = { width: 2, height: 1, data: new Float32Array(6).fill(0.5), alpha: null };
const note = { software: 'Likeness', settings: '{}' };

let folder: string;
let output: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'likeness-output-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  output = path.join(folder, 'painting.png');
});

test('writes the painting and nothing else', async () => {
  await writePainting(output, painting, note, []);
  expect(await readdir(folder)).toEqual(['painting.png']);
  expect(await sharp(output).metadata()).toMatchObject({ width: 2, height: 1 });
});

const full = !existsSync('/dev/full');
test.skipIf(full)('keeps it elsewhere where the disk is full (needs /dev/full)', async () => {
  const shelter = path.join(folder, 'shelter');
  await mkdir(shelter);
  await symlink('/dev/full', `${output}.part`);
  const failure = (await writePainting(output, painting, note, [shelter]).catch(
    (error: unknown) => error,
  )) as LikenessError;
  const kept = path.join(shelter, `${process.pid}-painting.png`);
  expect(failure).toMatchObject({ code: 'disk_full', details: { file: output, kept } });
  expect(failure.message).toContain(kept);
  expect(await sharp(kept).metadata()).toMatchObject({ width: 2, height: 1 });
  expect(await readdir(folder)).toEqual(['shelter']);
});

test('goes to the folder of temporary files where nothing else takes it', async () => {
  const nowhere = path.join(folder, 'gone');
  const lost = path.join(nowhere, 'painting.png');
  const failure = (await writePainting(lost, painting, note, [nowhere]).catch(
    (error: unknown) => error,
  )) as LikenessError;
  const kept = path.join(tmpdir(), `${process.pid}-painting.png`);
  onTestFinished(() => rm(kept));
  expect(failure).toMatchObject({ code: 'file_not_found', details: { kept } });
  expect(existsSync(kept)).toBe(true);
});
