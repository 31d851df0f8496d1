/**
 * The mean of x xᵀ over vectors of one length, one behind the other.
 *
 * @param data float32[rows, length].
 * @returns float64[length, length], symmetric.
 */
export function secondMoment(data: Float32Array, length: number): Float64Array {
  const rows = data.length / length;
  const moment = new Float64Array(length * length);
  for (let start = 0; start < data.length; start += length)
    for (let i = 0; i < length; i++) {
      const weight = data[start + i]! / rows;
      // Many activations are zero.
      if (weight === 0) continue;
      for (let j = 0; j < length; j++) moment[i * length + j]! += weight * data[start + j]!;
    }
  return moment;
}
