/**
 * Recognizes the profile of sRGB itself, which most cameras embed: converting from it would change
 * nothing, but costs more time than decoding the photo. Only matrix profiles are understood
 * (ICC.1:2022, 8.3.3); anything else counts as different.
 */
export function isSrgbProfile(profile: Uint8Array): boolean {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength);
  try {
    return (
      colorants.every(({ tag, xyz }) => isClose(readXyz(view, tag), xyz)) && hasSrgbCurves(view)
    );
  } catch (error) {
    if (error instanceof RangeError) return false; // cut short, or a tag is missing
    throw error;
  }
}

/** The primaries of IEC 61966-2-1, adapted to D50. */
const colorants = [
  { tag: 'rXYZ', xyz: [0.436, 0.2225, 0.0139] },
  { tag: 'gXYZ', xyz: [0.3851, 0.7169, 0.0971] },
  { tag: 'bXYZ', xyz: [0.1431, 0.0606, 0.7141] },
] as const;

/** Half the signal is this much light; the tolerance admits the customary gamma of 2.2. */
const HALF_SIGNAL = 0.214;
const TOLERANCE = 0.005;

const HEADER_BYTES = 128;
const TAG_BYTES = 12;

const isClose = (actual: readonly number[], expected: readonly number[]) =>
  expected.every((value, i) => Math.abs(value - (actual[i] ?? Infinity)) < TOLERANCE);

const hasSrgbCurves = (view: DataView) =>
  ['rTRC', 'gTRC', 'bTRC'].every((tag) =>
    isClose([curveAtHalf(view, tagOffset(view, tag))], [HALF_SIGNAL]),
  );

function tagOffset(view: DataView, tag: string): number {
  const count = view.getUint32(HEADER_BYTES);
  for (let i = 0; i < count; i++) {
    const entry = HEADER_BYTES + 4 + i * TAG_BYTES;
    if (text(view, entry) === tag) return view.getUint32(entry + 4);
  }
  throw new RangeError(`no tag ${tag}`);
}

function readXyz(view: DataView, tag: string): readonly number[] {
  const offset = tagOffset(view, tag) + 8;
  return [0, 4, 8].map((step) => fixed(view, offset + step));
}

function curveAtHalf(view: DataView, offset: number): number {
  if (text(view, offset) === 'para') return parametricAtHalf(view, offset);
  const count = view.getUint32(offset + 8);
  if (count === 0) return 0.5;
  if (count === 1) return 0.5 ** (view.getUint16(offset + 12) / 256);
  return view.getUint16(offset + 12 + 2 * Math.round((count - 1) / 2)) / 0xffff;
}

/** Y = (aX + b)^g above the linear part; types 0 to 4 differ in which constants they carry. */
function parametricAtHalf(view: DataView, offset: number): number {
  const type = view.getUint16(offset + 8);
  const gamma = fixed(view, offset + 12);
  if (type === 0) return 0.5 ** gamma;
  return (fixed(view, offset + 16) * 0.5 + fixed(view, offset + 20)) ** gamma;
}

/** s15Fixed16Number */
const fixed = (view: DataView, offset: number) => view.getInt32(offset) / 65536;

const text = (view: DataView, offset: number) =>
  String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(offset + i)));
