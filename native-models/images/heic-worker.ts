// Runs in: a worker thread of the model host, one per HEIC picture (heic.ts).
import { parentPort, workerData } from 'node:worker_threads';
import createLibrary from 'libheif-js/libheif-wasm/libheif-bundle.mjs';
import type { HeicAnswer, HeicTask } from './heic.ts';

/** Bytes of pixels that the library may hold at once: three planes and the result of the largest. */
const MOST_MEMORY = 600e6;
/** Where `max_total_memory` lies in the library's `heif_security_limits`, in 32-bit words. */
const MOST_MEMORY_WORD = 16;

const { bytes, mostPixels } = workerData as HeicTask;
const answer = await decode().catch((thrown: unknown): HeicAnswer => ({
  kind: 'damaged',
  problem: String(thrown),
}));
parentPort!.postMessage(answer, answer.kind === 'decoded' ? [answer.data.buffer] : []);

/** The primary picture, turned and mirrored as the file says. */
async function decode(): Promise<HeicAnswer> {
  const silent = { print: () => undefined, printErr: () => undefined };
  const library = await createLibrary(silent);
  const limits = library._heif_get_global_security_limits() / 4 + MOST_MEMORY_WORD;
  library.HEAPU32.set([MOST_MEMORY, 0], limits);
  const context = library.heif_context_alloc();
  const read = library.heif_context_read_from_memory(context, bytes);
  if (read.code !== library.heif_error_code.heif_error_Ok)
    return { kind: 'damaged', problem: read.message };
  const handle = library.heif_js_context_get_primary_image_handle(context);
  if ('message' in handle) return { kind: 'damaged', problem: String(handle.message) };
  const width = library.heif_image_handle_get_width(handle);
  const height = library.heif_image_handle_get_height(handle);
  if (width * height > mostPixels) return { kind: 'too-large', width, height };
  const channels = library.heif_image_handle_has_alpha_channel(handle) ? 4 : 3;
  const { heif_chroma_interleaved_RGB, heif_chroma_interleaved_RGBA } = library.heif_chroma;
  const decoded = await library.heif_js_decode_image2(
    handle,
    library.heif_colorspace.heif_colorspace_RGB,
    channels === 4 ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB,
  );
  if (!('channels' in decoded)) return { kind: 'damaged', problem: decoded.message };
  const [plane] = decoded.channels;
  if (plane === undefined) return { kind: 'damaged', problem: 'There are no pixels.' };
  return { kind: 'decoded', channels, ...withoutPadding(plane, channels) };
}

function withoutPadding(
  plane: { readonly width: number; readonly height: number; readonly stride: number } & {
    readonly data: Uint8Array;
  },
  channels: 3 | 4,
) {
  const { width, height, stride, data: padded } = plane;
  const row = width * channels;
  const data = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) data.set(padded.subarray(y * stride, y * stride + row), y * row);
  return { width, height, data };
}
