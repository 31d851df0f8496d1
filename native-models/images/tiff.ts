/** Pixels as a decoder of ours gives them: 8 bits per channel, row after row. */
export interface RawPicture {
  readonly width: number;
  readonly height: number;
  /** 3: RGB; 4: with transparency, the colors not multiplied by it. */
  readonly channels: 3 | 4;
  readonly data: Uint8Array;
  /** ICC profile of the colors; sRGB without one. */
  readonly profile?: Uint8Array | undefined;
}

/** Bytes of a field's value by its type: 3 is a 16-bit number, 4 a 32-bit one, 7 are bytes. */
type Field = readonly [tag: number, type: 3 | 4 | 7, values: ArrayLike<number>];

const BYTES = { 3: 2, 4: 4, 7: 1 } as const;
/** Readers take a strip at a time. */
const STRIP_BYTES = 2 ** 20;

/**
 * A picture as uncompressed TIFF 6.0, which the image library reads: so colors, transparency and
 * scaling go the way of all others.
 */
export function writeTiff({ width, height, channels, data, profile }: RawPicture): Buffer {
  const row = width * channels;
  const rows = Math.min(height, Math.max(1, Math.floor(STRIP_BYTES / row)));
  const strips = Array.from({ length: Math.ceil(height / rows) }, (_, i) => i * rows);
  const fields: Field[] = [
    [256, 4, [width]],
    [257, 4, [height]],
    [258, 3, Array<number>(channels).fill(8)],
    [259, 3, [1]],
    [262, 3, [2]],
    [273, 4, strips.map((first) => 8 + first * row)],
    [277, 3, [channels]],
    [278, 4, [rows]],
    [279, 4, strips.map((first) => Math.min(rows, height - first) * row)],
    [284, 3, [1]],
    ...(channels === 4 ? ([[338, 3, [2]]] as const) : []),
    ...(profile === undefined ? [] : ([[34675, 7, profile]] as const)),
  ];
  // Everything begins at an even place.
  const directory = 8 + data.length + (data.length % 2);
  const rest = directory + 2 + 12 * fields.length + 4;
  const sizes = fields.map(([, type, values]) => BYTES[type] * values.length);
  const outside = sizes.map((size) => (size > 4 ? size + (size % 2) : 0));
  const file = Buffer.alloc(rest + outside.reduce((sum, size) => sum + size, 0));
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(directory, 4);
  file.set(data, 8);
  file.writeUInt16LE(fields.length, directory);
  let free = rest;
  for (const [i, [tag, type, values]] of fields.entries()) {
    const at = directory + 2 + 12 * i;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(type, at + 2);
    file.writeUInt32LE(values.length, at + 4);
    let place = at + 8;
    if (outside[i]! > 0) {
      file.writeUInt32LE(free, place);
      place = free;
      free += outside[i]!;
    }
    for (let k = 0; k < values.length; k++)
      file.writeUIntLE(values[k]!, place + k * BYTES[type], BYTES[type]);
  }
  return file;
}
