/** Σ a · b, summed in double precision. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** target += factor · vector */
export function addScaled(target: Float32Array, factor: number, vector: Float32Array): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * vector[i]!;
}

/** target = factor · target */
export function scale(target: Float32Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i]! *= factor;
}

/** target = a − b */
export function difference(target: Float32Array, a: Float32Array, b: Float32Array): void {
  for (let i = 0; i < target.length; i++) target[i] = a[i]! - b[i]!;
}

/** Root mean square. */
export const rms = (vector: Float32Array): number => Math.sqrt(dot(vector, vector) / vector.length);
