import { LikenessError } from '../../../contract/errors.ts';

export interface TileSearch {
  readonly budgetBytes: number;
  /** Longer side of the picture: a core of this size is the whole. */
  readonly longerSide: number;
  /** Cores are tried in multiples of this many pixels; at least the encoder's stride. */
  readonly unit: number;
  /** Predicted memory with cores of at most this side; must not fall as they grow. */
  readonly bytesFor: (core: number) => number;
}

/**
 * The side of the largest tile core, or of the whole picture, that keeps to the budget. Throws
 * `memory_insufficient` where even the smallest does not, naming the least budget that would do.
 */
export function largestCore({ budgetBytes, longerSide, unit, bytesFor }: TileSearch): number {
  const fits = (core: number) => bytesFor(core) <= budgetBytes;
  if (fits(longerSide)) return longerSide;
  let good = 0;
  let bad = Math.ceil(longerSide / unit);
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (fits(middle * unit)) good = middle;
    else bad = middle;
  }
  if (good > 0) return good * unit;
  throw insufficient(bytesFor(Math.min(unit, longerSide)), budgetBytes);
}

function insufficient(neededBytes: number, budgetBytes: number): LikenessError {
  const [needed, budget] = [neededBytes, budgetBytes].map((bytes) => Math.ceil(bytes / 1e6));
  return new LikenessError(
    'memory_insufficient',
    `The painting needs at least ${needed} MB, even in the smallest tiles, but may take ${budget} ` +
      'MB. Allow more memory, paint smaller, or use the Adam optimizer, which remembers less.',
    { details: { neededMb: needed, budgetMb: budget } },
  );
}
