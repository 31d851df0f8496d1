import { mkdir, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import {
  cropImage,
  imagesToTensor,
  type RgbImage,
  type PixelEncoding,
} from '../images/rgb-image.ts';
import { ImagePyramid } from '../images/resampling.ts';
import { warpImage } from '../images/warp.ts';
import { openGrowing } from '../../foundation/files/output-file.ts';
import { readRegularFile } from '../../foundation/files/read-file.ts';
import type { Graph } from '../graph/graph.ts';
import { float32, type Tensor } from '../graph/tensor.ts';
import { openGraph, type Runtime } from '../runtime/runtime.ts';
import { RandomStream } from '../../foundation/random.ts';

/** dlib's chip of 150 pixels, and so much more on every side that it can be turned and shifted. */
export const CHIP_SIDE = 150;
export const CHIP_MARGIN = 21;
export const STORED_SIDE = CHIP_SIDE + 2 * CHIP_MARGIN;

/** Between the centers of the eyes on dlib's mean face, as a share of the chip's side. */
export const EYES_APART = 0.357;

/** The face of a stored chip, as an encoder of alignment dlib-68 and this input size is given it. */
export function faceOf(wide: RgbImage, side: number): RgbImage {
  const cut = faceSide(wide);
  const margin = (wide.width - cut) / 2;
  if (side === cut) return cropImage(wide, { x: margin, y: margin, width: side, height: side });
  const scale = cut / side;
  const toWide = { a: scale, b: 0, tx: margin, c: 0, d: scale, ty: margin };
  return warpImage(new ImagePyramid(wide), toWide, side, side);
}

/** Pixels of a stored chip that its face takes up. */
export const faceSide = (wide: RgbImage): number => (wide.width * CHIP_SIDE) / STORED_SIDE;

/** One aligned face to learn from. */
export interface Example {
  /** Names the photo in lists. */
  readonly photo: string;
  /** SHA-256 of the photo's file, where it was read for this. */
  readonly hash?: string;
  /** null where photos carry no label. */
  readonly person: string | null;
  /** What a teacher says of the face; empty without one. */
  readonly target: Float32Array;
  /** The chip with a margin around it. */
  readonly read: () => Promise<RgbImage>;
}

/** What is known about one photo that was looked at. */
interface ChipEntry {
  /** Path below its root; names the photo in lists. */
  readonly photo: string;
  /** The person, or null where photos carry no label. */
  readonly person: string | null;
  /** SHA-256 of the photo's file; absent in stores of earlier versions. */
  readonly hash?: string;
  /** Position among the chips; null where the photo shows no usable face. */
  readonly chip: number | null;
}

/**
 * Aligned faces on disk, so that detection happens once and not in every epoch: an index (one JSON
 * line per photo), raw pixels, and one vector of numbers per chip (what a teacher answers). A
 * store that was cut off goes on where the last whole entry ends.
 */
export class ChipStore {
  readonly side: number;
  readonly vectorLength: number;
  readonly #index: FileHandle;
  readonly #pixels: FileHandle;
  readonly #vectors: FileHandle;
  readonly #entries: ChipEntry[];
  #chips: number;

  /** @param side of every chip, in pixels; @param vectorLength values per chip, 0 for none. */
  static async open(folder: string, side: number, vectorLength: number): Promise<ChipStore> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = (name: string) => path.join(folder, name);
    const text = await readRegularFile(file('index.jsonl'), 'state').then(String, () => '');
    const lines = text.slice(0, text.lastIndexOf('\n') + 1);
    const entries = lines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as ChipEntry);
    const handles = [
      await openGrowing(file('index.jsonl')),
      await openGrowing(file('pixels.bin')),
      await openGrowing(file('vectors.bin')),
    ] as const;
    const chips = entries.filter(({ chip }) => chip !== null).length;
    await handles[0].truncate(Buffer.byteLength(lines));
    await handles[1].truncate(chips * side * side * 3);
    await handles[2].truncate(chips * vectorLength * 4);
    return new ChipStore(side, vectorLength, handles, entries, chips);
  }

  private constructor(
    side: number,
    vectorLength: number,
    [index, pixels, vectors]: readonly [FileHandle, FileHandle, FileHandle],
    entries: ChipEntry[],
    chips: number,
  ) {
    this.side = side;
    this.vectorLength = vectorLength;
    this.#index = index;
    this.#pixels = pixels;
    this.#vectors = vectors;
    this.#entries = entries;
    this.#chips = chips;
  }

  get entries(): readonly ChipEntry[] {
    return this.#entries;
  }

  /** A photo without a usable face has no chip; it is remembered, so that nobody looks again. */
  async append(
    photo: string,
    person: string | null,
    face: { readonly chip: RgbImage; readonly vector: Float32Array } | null,
    hash?: string,
  ): Promise<void> {
    if (face !== null) {
      await this.#pixels.appendFile(face.chip.data);
      await this.#vectors.appendFile(
        new Uint8Array(face.vector.buffer, face.vector.byteOffset, face.vector.byteLength),
      );
    }
    const chip = face === null ? null : this.#chips++;
    const entry: ChipEntry = { photo, person, ...(hash === undefined ? {} : { hash }), chip };
    // The line comes last: it makes the entry exist.
    await this.#index.appendFile(`${JSON.stringify(entry)}\n`);
    this.#entries.push(entry);
  }

  async chip(position: number): Promise<RgbImage> {
    const data = new Uint8Array(this.side * this.side * 3);
    await this.#pixels.read(data, 0, data.length, position * data.length);
    return { width: this.side, height: this.side, data };
  }

  /** float32[chips × vectorLength] */
  async vectors(): Promise<Float32Array> {
    const values = new Float32Array(this.#chips * this.vectorLength);
    const bytes = new Uint8Array(values.buffer);
    await this.#vectors.read(bytes, 0, bytes.length, 0);
    return values;
  }

  async close(): Promise<void> {
    await Promise.all([this.#index, this.#pixels, this.#vectors].map((file) => file.close()));
  }
}

export interface EncoderInput extends PixelEncoding {
  /** Of the graph's input. */
  readonly name: string;
  readonly side: number;
}

const CHIPS_PER_RUN = 16;

/**
 * The output of a graph for the face of every chip and for its mirror image.
 *
 * @param graph one input float32[batch, 3, side, side], one output float32[batch, D].
 */
export async function* outputsOf(
  runtime: Runtime,
  graph: Graph,
  input: EncoderInput,
  examples: readonly Example[],
): AsyncGenerator<{ readonly example: Example; readonly views: readonly Float32Array[] }> {
  const session = await openGraph(runtime, graph);
  const output = graph.outputs[0]!.name;
  try {
    for (let start = 0; start < examples.length; start += CHIPS_PER_RUN) {
      const some = examples.slice(start, start + CHIPS_PER_RUN);
      const chips = await Promise.all(
        some.map(async (example) => faceOf(await example.read(), input.side)),
      );
      const views = chips.flatMap((image) => [
        { image, mirrored: false },
        { image, mirrored: true },
      ]);
      const { dims, data } = imagesToTensor(views, input);
      const results = await session.run({ [input.name]: float32(dims, data) });
      const values = results[output]!.data as Float32Array;
      const length = values.length / views.length;
      for (const [index, example] of some.entries()) {
        const view = (k: number) =>
          values.slice((2 * index + k) * length, (2 * index + k + 1) * length);
        yield { example, views: [view(0), view(1)] };
      }
    }
  } finally {
    await session.dispose();
  }
}

/** As the product encodes for the metric `cosine`: views normalized, averaged, normalized again. */
export async function encodeExamples(
  runtime: Runtime,
  graph: Graph,
  input: EncoderInput,
  examples: readonly Example[],
): Promise<Float32Array[]> {
  const encodings: Float32Array[] = [];
  for await (const { views } of outputsOf(runtime, graph, input, examples))
    encodings.push(merge(views));
  return encodings;
}

function merge(views: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(views[0]!.length);
  for (const view of views) {
    const length = Math.hypot(...view) || 1;
    view.forEach((value, i) => (sum[i]! += value / length));
  }
  const length = Math.hypot(...sum) || 1;
  return sum.map((value) => value / length);
}

/** 0 … count − 1 in an order of its own for every seed and epoch (Fisher and Yates). */
export function shuffled(count: number, seed: number, epoch: number): Uint32Array {
  const random = new RandomStream(seed, 'order', epoch);
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

export function chipsToTensor(chips: readonly RgbImage[], encoding: PixelEncoding): Tensor {
  const { dims, data } = imagesToTensor(
    chips.map((image) => ({ image, mirrored: false })),
    encoding,
  );
  return float32(dims, data);
}
