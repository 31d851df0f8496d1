import { askPyTorch } from './pytorch.ts';

/** The same network and losses as ours; layers are counted from zero. */
export interface StyleTask {
  /** Output channels of the convolutions, block by block. */
  readonly channels: readonly (readonly number[])[];
  readonly styleLayers: readonly number[];
  readonly contentLayer: number;
  readonly width: number;
  readonly height: number;
  readonly threads: number;
  readonly runs: number;
}

/** Seconds of each step: losses and gradient by the picture. */
export async function timeStyle(python: string, task: StyleTask): Promise<readonly number[]> {
  const { seconds } = (await askPyTorch(python, 'pytorch_style.py', task)) as {
    readonly seconds: readonly number[];
  };
  return seconds;
}
