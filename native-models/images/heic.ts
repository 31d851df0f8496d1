import { Worker } from 'node:worker_threads';
import { imageError, type EncodedImage } from './source.ts';
import type { RawPicture } from './tiff.ts';

/** Its decoder, in WebAssembly, needs some nine bytes for each pixel. */
const MOST_HEIC_PIXELS = 64e6;

export interface HeicTask {
  readonly bytes: Uint8Array;
  readonly mostPixels: number;
}

export type HeicAnswer =
  | {
      readonly kind: 'decoded';
      readonly width: number;
      readonly height: number;
      readonly channels: 3 | 4;
      readonly data: Uint8Array<ArrayBuffer>;
    }
  | { readonly kind: 'too-large'; readonly width: number; readonly height: number }
  | { readonly kind: 'damaged'; readonly problem: string };

/** Running from source the worker is a module of this folder; bundled it lies beside the host. */
const entry = import.meta.url.endsWith('.ts')
  ? new URL('./heic-worker.ts', import.meta.url)
  : new URL('./heic-worker.js', import.meta.url);

/** A picture of 48 million pixels takes some ten seconds on a slow machine. */
const MOST_MILLISECONDS = 120_000;

/** Several at once would need that much memory several times. */
let previous: Promise<unknown> = Promise.resolve();

/**
 * The upright pixels of an HEIC or HEIF picture, in its own color space, whose profile comes along.
 * Each is decoded in a thread of its own, so that the host goes on answering meanwhile, a damaged
 * file can hold nothing up, and the memory is given back.
 *
 * @throws LikenessError image_truncated, image_too_large
 */
export async function decodeHeic(image: EncodedImage): Promise<RawPicture> {
  const turn = previous.then(() => decodeInThread(image.bytes));
  previous = turn;
  const answer = await turn;
  switch (answer.kind) {
    case 'decoded':
      return { ...answer, profile: profileOf(image.bytes) };
    case 'too-large':
      throw imageError(
        'image_too_large',
        image.name,
        `has ${answer.width} × ${answer.height} pixels; of an HEIC picture at most ` +
          `${MOST_HEIC_PIXELS / 1e6} million are read. Export it as JPEG and try again.`,
        { width: answer.width, height: answer.height, maximum: MOST_HEIC_PIXELS },
      );
    case 'damaged':
      throw imageError(
        'image_truncated',
        image.name,
        'is an HEIC picture that ends too early, is damaged, or of a kind that cannot be read. ' +
          'Copy it again from its source, or export it as JPEG.',
        { problem: answer.problem },
      );
  }
}

function decodeInThread(bytes: Uint8Array): Promise<HeicAnswer> {
  const task: HeicTask = { bytes, mostPixels: MOST_HEIC_PIXELS };
  const worker = new Worker(entry, { workerData: task, execArgv: [] });
  return new Promise<HeicAnswer>((resolve) => {
    const end = (answer: HeicAnswer): void => {
      clearTimeout(limit);
      resolve(answer);
      void worker.terminate();
    };
    const limit = setTimeout(
      () => end({ kind: 'damaged', problem: 'Decoding it takes too long.' }),
      MOST_MILLISECONDS,
    );
    worker.once('message', end);
    worker.once('error', (error) => end({ kind: 'damaged', problem: String(error) }));
    worker.once('exit', () => end({ kind: 'damaged', problem: 'The decoder ended.' }));
  });
}

/** The boxes that lead to the color profile (ISO 23008-12), and how many bytes precede their content. */
const PATH = [
  ['meta', 4],
  ['iprp', 0],
  ['ipco', 0],
] as const;

/** The first ICC profile of the file; undefined where it has none: then it is sRGB, or as good as. */
function profileOf(bytes: Uint8Array): Uint8Array | undefined {
  let content: Uint8Array | undefined = bytes;
  for (const [name, skipped] of PATH) {
    const box: Uint8Array | undefined = boxesIn(content).find(([kind]) => kind === name)?.[1];
    if (box === undefined) return undefined;
    content = box.subarray(skipped);
  }
  for (const [kind, box] of boxesIn(content))
    if (kind === 'colr' && ['prof', 'rICC'].includes(text(box, 0))) return box.slice(4);
  return undefined;
}

function boxesIn(bytes: Uint8Array): (readonly [string, Uint8Array])[] {
  const boxes: (readonly [string, Uint8Array])[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 8 <= bytes.length;) {
    const size = view.getUint32(at);
    // 0: to the end; 1, the length in 64 bits, is for media data alone.
    const end = size === 0 ? bytes.length : at + size;
    if (size !== 0 && (size < 8 || end > bytes.length)) break;
    boxes.push([text(bytes, at + 4), bytes.subarray(at + 8, end)]);
    at = end;
  }
  return boxes;
}

const text = (bytes: Uint8Array, at: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + 4));
