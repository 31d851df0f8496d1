/** Comparisons whose truth is known, with the probability that was stated for "the same person". */
export interface Stated {
  readonly mated: Float64Array | readonly number[];
  readonly nonMated: Float64Array | readonly number[];
}

export interface ReliabilityBin {
  /** Stated probabilities from `from` to `to`, the last bin including 1. */
  readonly from: number;
  readonly to: number;
  /** Comparisons in it. */
  readonly mated: number;
  readonly nonMated: number;
  /** Share of all comparisons, as the prior weighs mated and non-mated ones. */
  readonly share: number;
  /** Mean of what was stated, and the share that was true; null where the bin is empty. */
  readonly stated: number | null;
  readonly observed: number | null;
}

export interface Reliability {
  readonly bins: readonly ReliabilityBin[];
  /** Mean squared difference of probability and truth (Brier 1950); 0 is perfect. */
  readonly brier: number;
  /** Expected calibration error: mean over the comparisons of |stated − observed| of their bin. */
  readonly ece: number;
  /** Share of right answers at the probability ½. */
  readonly accuracy: number;
}

const BINS = 15;

/**
 * How far stated probabilities are to be trusted (Guo et al. 2017, with 15 bins of equal width).
 *
 * @param prior what mated comparisons weigh in total, however many there are, as non-mated ones weigh
 *   the rest: the share of mated comparisons that the probabilities assume
 */
export function reliabilityOf({ mated, nonMated }: Stated, prior = 0.5): Reliability {
  const bins = Array.from({ length: BINS }, () => ({ mated: 0, nonMated: 0, sum: 0, weight: 0 }));
  let brier = 0;
  let right = 0;
  const add = (side: Stated['mated'], truth: 0 | 1): void => {
    const weight = (truth === 1 ? prior : 1 - prior) / side.length;
    for (const stated of side) {
      const bin = bins[Math.min(BINS - 1, Math.floor(stated * BINS))]!;
      bin[truth === 1 ? 'mated' : 'nonMated'] += 1;
      bin.sum += weight * stated;
      bin.weight += weight;
      brier += weight * (stated - truth) ** 2;
      if (stated >= 0.5 === (truth === 1)) right += weight;
    }
  };
  add(mated, 1);
  add(nonMated, 0);
  const shown = bins.map((bin, place): ReliabilityBin => {
    const empty = bin.weight === 0;
    return {
      from: place / BINS,
      to: (place + 1) / BINS,
      mated: bin.mated,
      nonMated: bin.nonMated,
      share: bin.weight,
      stated: empty ? null : bin.sum / bin.weight,
      observed: empty ? null : (bin.mated * prior) / mated.length / bin.weight,
    };
  });
  const ece = shown.reduce(
    (sum, { share, stated, observed }) => sum + share * Math.abs((stated ?? 0) - (observed ?? 0)),
    0,
  );
  return { bins: shown, brier, ece, accuracy: right };
}
