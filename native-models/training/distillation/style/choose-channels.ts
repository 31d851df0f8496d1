/**
 * The channels from which all others follow best: one after the other the one whose energy is least
 * explained by those chosen before (Cholesky decomposition with pivoting; Harbrecht et al. 2012).
 *
 * @param moment mean of x xᵀ, [channels, channels]
 * @returns `count` different channels at most, fewer where the rest has no energy of its own.
 */
export function chooseChannels(moment: Float64Array, count: number): readonly number[] {
  const channels = Math.sqrt(moment.length);
  const left = Float64Array.from({ length: channels }, (_, i) => moment[i * channels + i]!);
  // Less is what rounding leaves.
  const least = 1e-10 * left.reduce((sum, value) => sum + value, 0);
  const columns: Float64Array[] = [];
  const chosen: number[] = [];
  while (chosen.length < count) {
    const pivot = left.reduce((best, value, i) => (value > left[best]! ? i : best), 0);
    if (!(left[pivot]! > least)) break;
    const root = Math.sqrt(left[pivot]!);
    const column = Float64Array.from({ length: channels }, (_, i) => {
      const explained = columns.reduce((sum, each) => sum + each[i]! * each[pivot]!, 0);
      return (moment[i * channels + pivot]! - explained) / root;
    });
    for (let i = 0; i < channels; i++) left[i]! -= column[i]! ** 2;
    left[pivot] = -Infinity;
    columns.push(column);
    chosen.push(pivot);
  }
  return chosen;
}
