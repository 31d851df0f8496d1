import type { PaintingSettings } from '../../../contract/painting.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { Basis } from '../../checkpoint/checkpoint.ts';
import { formatOf, keepsAlpha } from '../../images/painting-file.ts';
import { hashImage, readImageSource } from '../../images/source.ts';
import { fitMask } from '../../style/mask.ts';
import type { Picture, Start } from '../../style/picture.ts';
import { loadEncoder } from './load-encoder.ts';
import type { PaintingOrder } from '../../style/painter.ts';
import { readContent, readMask, readPicture } from './read-pictures.ts';

export interface Prepared {
  readonly order: PaintingOrder;
  /** Transparency of the content, 0 to 1; null where it is opaque. */
  readonly alpha: Float32Array | null;
  /** Every picture, and the encoder. */
  readonly inputs: Basis;
  /** Sentences for the user. */
  readonly warnings: readonly string[];
}

/** Reads everything that the settings name. `output`, where it is known, decides about transparency. */
export async function prepare(
  catalog: Catalog,
  settings: PaintingSettings,
  output?: string,
): Promise<Prepared> {
  const encoder = await loadEncoder(catalog, settings);
  const { picture: content, alpha } = await readContent(settings.content, settings.size);
  const warnings: string[] = [];
  const styles = [];
  for (const { path, weight, mask } of settings.styles)
    styles.push({
      weight,
      picture: await readPicture(path, settings.size * Math.max(1, settings.styleScale)),
      mask: mask === undefined ? null : await maskFor(content, mask, warnings),
    });
  const start = await startOf(settings);
  const { id, task } = encoder.manifest;
  if (!task.trained) warnings.push(untrained(id));
  if (alpha !== null && output !== undefined && !keepsAlpha(formatOf(output)))
    warnings.push(`${output} cannot be transparent: the painting is laid on white.`);
  const inputs = { ...(await picturesOf(settings)), [`encoder ${id}`]: encoder.manifest.sha256 };
  return { order: { content, styles, start, encoder, settings }, alpha, inputs, warnings };
}

async function picturesOf({ content, styles, initial }: PaintingSettings): Promise<Basis> {
  const files = [
    ['photo', content],
    ...styles.flatMap(({ path, mask }) => [
      ['style', path],
      ...(mask === undefined ? [] : [['mask', mask]]),
    ]),
    ...(typeof initial === 'string' ? [] : [['start', initial.path]]),
  ] as const;
  const digests = files.map(async ([what, path]) => {
    const image = await readImageSource({ path: path });
    return [`${what} ${path}`, hashImage(image)] as const;
  });
  return Object.fromEntries(await Promise.all(digests));
}

const untrained = (id: string): string =>
  `The encoder ${id} is untrained and paints plainly. \`--encoder style-likeness\` paints better.`;

async function maskFor(content: Picture, path: string, warnings: string[]): Promise<Picture> {
  const { mask, note } = fitMask(await readMask(path), content, path);
  if (note !== null) warnings.push(note);
  return mask;
}

async function startOf({ initial, seed, size }: PaintingSettings): Promise<Start> {
  if (initial === 'content') return { kind: 'content' };
  if (initial === 'noise') return { kind: 'noise', seed };
  return { kind: 'picture', picture: await readPicture(initial.path, size) };
}
