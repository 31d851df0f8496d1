import { LikenessError } from '../../../contract/errors.ts';
import type { PaintingSettings } from '../../../contract/painting.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { ManifestOf, ModelManifest } from '../../../contract/manifest.ts';
import { readOnnx } from '../../onnx/read.ts';
import { operators } from '../../ops/registry.ts';
import type { StyleEncoder } from '../../style/encoder.ts';
import { inFullPrecision } from '../../training/half-precision.ts';

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
    `The model ${id} is of the role ${task.role} and encodes no style. See \`likeness models list\`.`,
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
