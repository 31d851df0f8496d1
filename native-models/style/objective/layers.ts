import { LikenessError } from '../../../contract/errors.ts';
import type { StyleEncoder } from '../encoder.ts';
import type { Size } from '../picture.ts';

/** A layer of an encoder: what its manifest says. */
export interface Layer {
  readonly name: string;
  readonly channels: number;
  /** Pixels between two positions. */
  readonly stride: number;
}

export function layerNamed({ manifest }: StyleEncoder, name: string): Layer {
  const layer = manifest.task.layers.find(({ output }) => output === name);
  if (layer !== undefined) return { name, channels: layer.channels, stride: layer.stride };
  throw new LikenessError('layer_unknown', `The encoder ${manifest.id} has no layer ${name}.`);
}

/** Positions of a layer over a picture. */
export const positionsOf = ({ width, height }: Size, { stride }: Layer): Size => ({
  width: Math.floor(width / stride),
  height: Math.floor(height / stride),
});
