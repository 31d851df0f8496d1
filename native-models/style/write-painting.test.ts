import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { LikenessError } from '../../contract/errors.ts';
import { fillDisk, mountSmallDisk } from '../../foundation/files/testing/small-disk.ts';
import { writePainting } from './painting-run.ts';

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

test('keeps it once elsewhere where the disk is full, until it is written', async ({ skip }) => {
  const [shelter, disk] = [path.join(folder, 'shelter'), path.join(folder, 'disk')];
  await mkdir(shelter);
  if (!mountSmallDisk(disk, 1 << 20)) return skip('mounting a small disk is not allowed');
  const empty = fillDisk(disk);
  const full = path.join(disk, 'painting.png');
  const attempt = () => writePainting(full, painting, note, [shelter]);
  const failure = (await attempt().catch((error: unknown) => error)) as LikenessError;
  const kept = failure.details['kept'] as string;
  expect(failure).toMatchObject({ code: 'disk_full', details: { file: full } });
  expect(path.dirname(kept)).toBe(shelter);
  expect(failure.message).toContain(kept);
  expect(await sharp(kept).metadata()).toMatchObject({ width: 2, height: 1 });
  for (let again = 0; again < 3; again++)
    await expect(attempt()).rejects.toMatchObject({ details: { kept } });
  expect(await readdir(shelter)).toEqual([path.basename(kept)]);
  empty();
  await attempt();
  expect([await readdir(disk), await readdir(shelter)]).toEqual([['painting.png'], []]);
});

test('a link beside the output, with a name that can be guessed, leads nowhere', async () => {
  const victim = path.join(folder, 'diary');
  await writeFile(victim, 'Dear diary');
  await symlink(victim, `${output}.part`);
  await writePainting(output, painting, note, []);
  expect(await readFile(victim, 'utf8')).toBe('Dear diary');
});

test('goes to the folder of temporary files where nothing else takes it', async () => {
  const nowhere = path.join(folder, 'gone');
  const lost = path.join(nowhere, 'painting.png');
  const failure = (await writePainting(lost, painting, note, [nowhere]).catch(
    (error: unknown) => error,
  )) as LikenessError;
  const kept = failure.details['kept'] as string;
  onTestFinished(() => rm(kept));
  expect(failure.code).toBe('file_not_found');
  expect(path.dirname(path.dirname(kept))).toBe(tmpdir());
  // Other users see neither the picture nor that it is there.
  expect((await stat(path.dirname(kept))).mode & 0o077).toBe(0);
  expect((await stat(kept)).mode & 0o077).toBe(0);
});
