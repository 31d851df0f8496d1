import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { LikenessError } from '../../../contract/errors.ts';
import type { PaintingSettings } from '../../../contract/painting.ts';
import { checkOutput, type OutputCheck } from '../../../foundation/files/output-file.ts';
import type { Store } from '../../../db/store.ts';

const FORMATS = ['.png', '.jpg', '.jpeg', '.webp', '.tif', '.tiff'];

/** The same settings wherever the process that paints may run. */
export const withFullPaths = (settings: PaintingSettings): PaintingSettings => ({
  ...settings,
  content: path.resolve(settings.content),
  styles: settings.styles.map((style) => ({
    ...style,
    path: path.resolve(style.path),
    ...(style.mask === undefined ? {} : { mask: path.resolve(style.mask) }),
  })),
  initial:
    typeof settings.initial === 'string'
      ? settings.initial
      : { path: path.resolve(settings.initial.path) },
});

/**
 * The full path of a picture that can be written there: better said now than after an hour.
 *
 * @throws LikenessError invalid_input, and as `checkOutput`
 */
export async function outputPath(output: string, check: OutputCheck): Promise<string> {
  if (FORMATS.includes(path.extname(output).toLowerCase())) return await checkOutput(output, check);
  throw new LikenessError(
    'invalid_input',
    `${output} is no name for a picture that can be written: it must end in ${FORMATS.join(', ')}.`,
    { details: { fields: [{ field: 'output', message: 'has an unknown format' }] } },
  );
}

/** All pictures that a painting is made from. */
export const picturesOf = ({ content, styles, initial }: PaintingSettings): string[] => [
  content,
  ...styles.flatMap((style) => [style.path, ...(style.mask === undefined ? [] : [style.mask])]),
  ...(typeof initial === 'string' ? [] : [initial.path]),
];

/** Where the states of paintings lie, and paintings for which no place was named. */
export const checkpointFolder = (store: Store): string =>
  path.join(path.dirname(store.file), 'paintings');

/** Where the state of a painting lies between its steps. */
export const checkpointPath = (store: Store, id: number): string =>
  path.join(checkpointFolder(store), `${id}.checkpoint`);

/** A file for a painting of this content, named after it and the time; nobody else has the name. */
export async function newPaintingPath(store: Store, content: string, now: Date): Promise<string> {
  const folder = checkpointFolder(store);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stamp = now.toISOString().replaceAll(/[-:]/gu, '').slice(0, 15);
  const suffix = randomBytes(2).toString('hex');
  const name = path.parse(content).name.slice(0, 40);
  return path.join(folder, `${name}-${stamp}-${suffix}.tif`);
}

export const makeCheckpointFolder = (checkpoint: string): Promise<string | undefined> =>
  mkdir(path.dirname(checkpoint), { recursive: true, mode: 0o700 });

export const removeCheckpoint = (store: Store, id: number): Promise<void> =>
  rm(checkpointPath(store, id), { force: true });
