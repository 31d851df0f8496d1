import { vectorsHeld } from '../optimizers/create.ts';
import type { OptimizerKind } from '../optimizers/optimizer.ts';
import type { Size } from '../picture.ts';
import type { GraphWork } from './work.ts';

/** A graph that is loaded while the picture is painted. */
export interface Pass {
  readonly work: GraphWork;
  /** Times per step: the number of tiles, or one. */
  readonly runs: number;
}

/** One size of the pyramid. */
export interface PaintingStep {
  readonly passes: readonly Pass[];
  readonly picture: Size;
  readonly optimizer: OptimizerKind;
  /** Pictures of this size in memory beside the optimizer's: the painting, its gradient, … */
  readonly pictures: number;
}

export interface Machine {
  /** Resident bytes of the process before anything of the painting is loaded. */
  readonly baseBytes: number;
  /** 10⁹ operations per second in convolutions, from a short run on this machine. */
  readonly gigaflopsPerSecond: number;
}

/*
 * What ONNX Runtime 1.30 takes on the CPU without memory patterns: 33 MB once, and so many times the
 * constants (the model's bytes, their tensors, and these laid out anew for convolutions) and the
 * activations, which it never gives back. Fitted to whole paintings in tiles with VGG-19 and the filter
 * bank, 900 to 3000 pixels in 600 to 1500 MB: within 9 % of their peaks.
 */
const RUNTIME_BYTES = 33 * 2 ** 20;
const CONSTANT_SHARE = 3.2;
const ACTIVATION_SHARE = 1.15;

/** Peak resident memory while painting at this size, in bytes. */
export function predictBytes(step: PaintingStep, { baseBytes }: Machine): number {
  const { passes, picture, optimizer, pictures } = step;
  const vector = 3 * picture.width * picture.height * Float32Array.BYTES_PER_ELEMENT;
  const graphs = passes.reduce(
    (sum, { work }) =>
      sum + CONSTANT_SHARE * work.constantBytes + ACTIVATION_SHARE * work.activationBytes,
    0,
  );
  return baseBytes + RUNTIME_BYTES + graphs + (vectorsHeld(optimizer) + pictures) * vector;
}

/** Seconds per step; what is no convolution or matrix product is not counted. */
export function predictSeconds({ passes }: PaintingStep, { gigaflopsPerSecond }: Machine): number {
  const flops = passes.reduce((sum, { work, runs }) => sum + work.flops * runs, 0);
  return flops / (gigaflopsPerSecond * 1e9);
}
