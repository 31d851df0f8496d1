/** Half precision, IEEE 754 binary16, as ONNX files store it: 16 bits per value. */

const scratch = new Float32Array(1);
const bits = new Uint32Array(scratch.buffer);

/** The nearest half-precision values, ties to even; what is too large becomes infinite. */
export function toHalves(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, halfBits);
}

/** Exact. */
export function fromHalves(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, halfValue);
}

function halfBits(value: number): number {
  scratch[0] = value;
  const word = bits[0]!;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // From here on rounding would reach 65,520, beyond the largest finite half.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) return sign | roundToEven(Math.abs(value) * 2 ** 24);
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

function roundToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return low + Number(rest > 0.5 || (rest === 0.5 && low % 2 === 1));
}

function halfValue(half: number): number {
  const sign = (half & 0x8000) === 0 ? 1 : -1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
