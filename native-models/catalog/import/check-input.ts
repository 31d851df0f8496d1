import type { ValueInfo } from '../../runtime/session.ts';
import type { ModelManifest } from '../../../contract/manifest.ts';
import { incompatible, shown } from './incompatible.ts';

/** Compares the declared inputs of a file with `input` of its manifest. */
export function checkInput(manifest: ModelManifest, inputs: readonly ValueInfo[]): void {
  const { name, layout } = manifest.input;
  const names = inputs.map((input) => input.name).join(', ');
  const input = inputs.find((candidate) => candidate.name === name);
  if (input === undefined)
    throw incompatible(manifest, 'input.name', `the file has no input ${name}; it has: ${names}`);
  if (inputs.length > 1)
    throw incompatible(manifest, 'input.name', `the file needs more than one input: ${names}`);
  if (input.type !== 'float32')
    throw incompatible(manifest, 'input.name', `${name} takes ${input.type}, not float32`);
  // A file may leave all of the shape open.
  if (input.shape.length === 0) return;
  if (input.shape.length !== 4)
    throw incompatible(
      manifest,
      'input.layout',
      `${layout} has 4 dimensions, ${name} has ${shown(input.shape)}`,
    );
  checkDimensions(manifest, input.shape);
}

/** [N, C, H, W] or [N, H, W, C]; a dimension that the file leaves open agrees with anything. */
function checkDimensions(manifest: ModelManifest, dims: readonly (number | string)[]): void {
  const { layout, width, height, multipleOf } = manifest.input;
  const [batch, ...rest] = dims;
  const [channels, h, w] = layout === 'NCHW' ? rest : [rest[2], rest[0], rest[1]];
  const fixed = (dim: number | string | undefined): dim is number =>
    typeof dim === 'number' && dim > 0;
  const demand = (field: string, dim: number | string | undefined, wanted: number): void => {
    if (fixed(dim) && dim !== wanted)
      throw incompatible(manifest, field, `the file takes ${shown(dims)}, which is not ${wanted}`);
  };
  if (channels === 1)
    throw incompatible(
      manifest,
      'input.channels',
      `the file takes pictures of one channel (gray), ${shown(dims)}; Likeness feeds three (color)`,
    );
  demand('input.layout', channels, 3);
  demand('input.height', h, height);
  demand('input.width', w, width);
  if (multipleOf !== undefined && (fixed(h) || fixed(w)))
    throw incompatible(manifest, 'input.multipleOf', `the file takes only ${shown(dims)}`);
  if (fixed(batch) && batch !== 1)
    throw incompatible(manifest, 'input.dynamicBatch', `the file fixes the batch to ${batch}`);
}
