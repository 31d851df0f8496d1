import { mkdir, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { openGrowing } from '../../../foundation/files/output-file.ts';
import { readRegularFile } from '../../../foundation/files/read-file.ts';
import type { RgbImage } from '../../images/rgb-image.ts';

/** What is known about one photo that was looked at. */
export interface ChipEntry {
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
