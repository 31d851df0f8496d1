import type { Box } from '../../../app/contract/values.ts';

/** JPEGs of a video, and of parts of the frame that was taken last. */
export class FrameGrabber {
  readonly #canvas = new OffscreenCanvas(2, 2);
  readonly #context = this.#canvas.getContext('2d', { willReadFrequently: true, alpha: false })!;

  /** @param most pixels of the longer side */
  async grab(video: HTMLVideoElement, most: number): Promise<Uint8Array<ArrayBuffer>> {
    const { videoWidth, videoHeight } = video;
    const scale = Math.min(1, most / Math.max(videoWidth, videoHeight));
    const width = Math.max(2, Math.round(videoWidth * scale));
    const height = Math.max(2, Math.round(videoHeight * scale));
    if (this.#canvas.width !== width || this.#canvas.height !== height)
      Object.assign(this.#canvas, { width, height });
    this.#context.drawImage(video, 0, 0, width, height);
    return bytesOf(this.#canvas, 0.85);
  }

  /** In pixels of what `cut` gives of the same box: the middle of the box. */
  middleOf(box: Box): [number, number] {
    const { x, y } = around(box, this.#canvas);
    return [box.x + box.width / 2 - x, box.y + box.height / 2 - y];
  }

  /** The face of the latest frame with room around it, as it is enrolled. */
  async cut(box: Box): Promise<Uint8Array<ArrayBuffer>> {
    const { x, y, width, height } = around(box, this.#canvas);
    const part = new OffscreenCanvas(width, height);
    part.getContext('2d')!.drawImage(this.#canvas, x, y, width, height, 0, 0, width, height);
    return bytesOf(part, 0.93);
  }
}

async function bytesOf(canvas: OffscreenCanvas, quality: number): Promise<Uint8Array<ArrayBuffer>> {
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality });
  return new Uint8Array(await blob.arrayBuffer());
}

/** Share of a face's size that is kept at each side of it. */
const MARGIN = 0.7;

export function around(box: Box, frame: { width: number; height: number }): Box {
  const x = Math.max(0, Math.round(box.x - box.width * MARGIN));
  const y = Math.max(0, Math.round(box.y - box.height * MARGIN));
  return {
    x,
    y,
    width: Math.min(frame.width - x, Math.round(box.width * (1 + 2 * MARGIN))),
    height: Math.min(frame.height - y, Math.round(box.height * (1 + 2 * MARGIN))),
  };
}
