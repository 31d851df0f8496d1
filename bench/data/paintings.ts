import { existsSync } from 'node:fs';
import path from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import { repository } from '../measure/product.ts';

/** Where the data beside the project lies; LIKENESS_DATA names another place. */
export const sharedData =
  process.env['LIKENESS_DATA'] ?? path.join(repository, '..', 'shared', 'data');

/** Photos to paint, and paintings in the public domain to paint them like. */
export const contents = ['golden_gate', 'hoovertowernight', 'tubingen'] as const;
export const styles = ['starry_night', 'the_scream', 'shipwreck'] as const;

/** The file of one of them. Throws `file_not_found` where the data is absent. */
export function pictureNamed(name: string): string {
  const file = path.join(sharedData, 'style', `${name}.jpg`);
  if (existsSync(file)) return file;
  throw new LikenessError('file_not_found', `${file} is not there. Set LIKENESS_DATA.`);
}

/** The files of VGG-19 as its download has them, or null. */
export function vgg19Folder(): string | null {
  const folder = path.join(sharedData, 'vgg19');
  return existsSync(folder) ? folder : null;
}
