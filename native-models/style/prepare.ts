import { readAlpha } from '../images/show.ts';
import { decodeImage } from '../images/decode.ts';
import { resizeImage } from '../images/resampling.ts';
import type { RgbImage } from '../images/rgb-image.ts';
import { imageError, readImageSource, hashImage } from '../images/source.ts';
import { fit, type Picture, type Start } from './picture.ts';
import { LikenessError } from '../../contract/errors.ts';
import type { PaintingSettings } from '../../contract/paintings.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { ManifestOf, ModelManifest } from '../../contract/manifest.ts';
import { readOnnx } from '../onnx/read.ts';
import { operators } from '../ops/registry.ts';
import type { StyleEncoder } from './encoder.ts';
import { inFullPrecision } from '../catalog/half-precision.ts';
import type { Basis } from '../checkpoint/checkpoint.ts';
import { formatOf, keepsAlpha } from '../images/painting-file.ts';
import { fitMask } from './mask.ts';
import type { PaintingOrder } from './painter.ts';

/** Shorter sides have nothing to show that a network could see. */
const SHORTEST = 16;

interface ContentPicture {
  readonly picture: Picture;
  /** 0 transparent to 1 opaque, of the picture's size; null: opaque throughout. */
  readonly alpha: Float32Array | null;
}

/** The photo at the size of the painting, on white where it is transparent. */
export async function readContent(path: string, longerSide: number): Promise<ContentPicture> {
  const encoded = await readImageSource({ path });
  const { pixels } = await decodeImage(encoded);
  refuseTiny(path, pixels);
  const { width, height } = fit(pixels, longerSide);
  const plane = await readAlpha(encoded, width, height);
  return {
    picture: toPicture(await resizeImage(pixels, width, height)),
    alpha: plane === null ? null : Float32Array.from(plane.data, (value) => value / 255),
  };
}

/** Any other picture, made smaller where its longer side has more pixels than are of use. */
export async function readPicture(path: string, longestSide: number): Promise<Picture> {
  const { pixels } = await decodeImage(await readImageSource({ path }));
  refuseTiny(path, pixels);
  const { width, height } =
    Math.max(pixels.width, pixels.height) > longestSide ? fit(pixels, longestSide) : pixels;
  return toPicture(await resizeImage(pixels, width, height));
}

/** One plane: the mean of the colors. */
export async function readMask(path: string): Promise<Picture> {
  const { pixels } = await decodeImage(await readImageSource({ path }));
  const { width, height, data } = pixels;
  const plane = Float32Array.from(
    { length: width * height },
    (_, i) => (data[3 * i]! + data[3 * i + 1]! + data[3 * i + 2]!) / 765,
  );
  return { width, height, data: plane };
}

function refuseTiny(path: string, { width, height }: RgbImage): void {
  if (Math.min(width, height) >= SHORTEST) return;
  throw imageError(
    'image_too_small',
    path,
    `has only ${width} × ${height} pixels; each side needs at least ${SHORTEST}. Use a larger picture.`,
    { width, height, shortest: SHORTEST },
  );
}

/** From bytes, pixel after pixel, to 0…1, plane after plane. */
function toPicture({ width, height, data }: RgbImage): Picture {
  const area = width * height;
  const planes = new Float32Array(3 * area);
  for (let plane = 0; plane < 3; plane++)
    for (let i = 0, from = plane; i < area; i++, from += 3)
      planes[plane * area + i] = data[from]! / 255;
  return { width, height, data: planes };
}

/**
 * The encoder that the settings name, else the one in use.
 *
 * @throws LikenessError model_unknown, model_missing, model_corrupt, invalid_input where it encodes
 *   no style, layer_unknown
 */
export async function loadEncoder(
  catalog: Catalog,
  { encoder, contentLayer, styleLayers = {} }: PaintingSettings,
): Promise<StyleEncoder> {
  const id = encoder ?? (await catalog.activeId('style-encoder'));
  const loaded = await loadStyleEncoder(catalog, id);
  for (const layer of [contentLayer ?? [], Object.keys(styleLayers)].flat())
    refuseUnknown(layer, loaded.manifest);
  return loaded;
}

/** Throws as `loadEncoder`. Weights are float32, however they are stored: gradients need them so. */
export async function loadStyleEncoder(catalog: Catalog, id: string): Promise<StyleEncoder> {
  const { manifest, bytes } = await catalog.load(id);
  if (!isStyleEncoder(manifest)) throw noStyleEncoder(manifest);
  return { manifest, graph: inFullPrecision(readOnnx(bytes, operators)) };
}

const isStyleEncoder = (manifest: ModelManifest): manifest is ManifestOf<'style-encoder'> =>
  manifest.task.role === 'style-encoder';

const noStyleEncoder = ({ id, task }: ModelManifest): LikenessError =>
  new LikenessError(
    'invalid_input',
    `The model ${id} is of the role ${task.role} and encodes no style.`,
    { details: { model: id, expected: 'style-encoder', actual: task.role } },
  );

function refuseUnknown(layer: string, { id, task }: ManifestOf<'style-encoder'>): void {
  const layers = task.layers.map(({ output }) => output);
  if (layers.includes(layer)) return;
  throw new LikenessError(
    'layer_unknown',
    `The encoder ${id} has no layer ${layer}. It has: ${layers.join(', ')}.`,
    { details: { layer, layers } },
  );
}

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
  `The encoder ${id} is untrained and paints plainly. The encoder style-likeness paints better.`;

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
