import type { ImageSource } from '../../../../contract/values.ts';
import type { StoredPicture } from '../../../../contract/application.ts';
import { api } from '../../api.ts';
import { imageOf } from '../files.ts';

/** A picture that the shell keeps, with a small copy to show. */
export interface KnownPicture {
  readonly path: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Encoded; at most `PREVIEW_SIZE` pixels at its longer side. */
  readonly preview: Blob;
}

const PREVIEW_SIZE = 1280;

/** @throws CallError where the file is no picture */
export async function handOver(file: File): Promise<KnownPicture> {
  return await keep(await imageOf(file));
}

/** @throws CallError where the file is no picture */
export async function keep(image: ImageSource): Promise<KnownPicture> {
  const { picture } = await api.call('pictures.add', { image });
  return known(picture, await previewOf(picture.path));
}

/**
 * A picture that was handed over before.
 *
 * @throws CallError `file_not_found` where it is gone
 */
export async function recall(path: string, size = PREVIEW_SIZE): Promise<KnownPicture> {
  const { bytes, width, height } = await api.call('pictures.show', { image: { path }, size });
  const name = path.split(/[\\/]/u).at(-1) ?? path;
  return known({ path, name, width, height }, blobOf(bytes));
}

const known = ({ path, name, width, height }: StoredPicture, preview: Blob): KnownPicture => ({
  path,
  name,
  width,
  height,
  preview,
});

export async function previewOf(path: string, size = PREVIEW_SIZE): Promise<Blob> {
  return blobOf((await api.call('pictures.show', { image: { path }, size })).bytes);
}

const blobOf = (bytes: Uint8Array): Blob => new Blob([bytes as BlobPart]);
