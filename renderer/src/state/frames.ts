import type { FramePart } from '../../../contract/application.ts';

/** Longer side, in pixels, of the frames in which faces are looked for. */
const SENT_PIXELS = 640;
/** Longer side of what is kept of a frame meanwhile, to cut faces from. */
const KEPT_PIXELS = 1280;

/** A frame of a video, kept until the answer about it is of no use any more. */
export class Still {
  readonly #canvas = new OffscreenCanvas(2, 2);
  readonly #context = this.#canvas.getContext('2d', { alpha: false })!;

  get canvas(): OffscreenCanvas {
    return this.#canvas;
  }

  take(video: HTMLVideoElement): void {
    const size = fitted(video.videoWidth, video.videoHeight, KEPT_PIXELS);
    resize(this.#canvas, size);
    this.#context.drawImage(video, 0, 0, size.width, size.height);
  }

  /**
   * The face of this frame with room around it, as it is enrolled: a JPEG, and where in it the middle
   * of the face is, in its pixels.
   *
   * @param others faces beside it, which the cut leaves out as far as that is possible
   */
  async cut(part: FramePart, others: readonly FramePart[]): Promise<Cut> {
    const { left, top, right, bottom } = around(part, others);
    const { width, height } = this.#canvas;
    const [x, y] = [Math.round(left * width), Math.round(top * height)];
    const size = {
      width: Math.max(1, Math.round(right * width) - x),
      height: Math.max(1, Math.round(bottom * height) - y),
    };
    const piece = new OffscreenCanvas(size.width, size.height);
    // Drawn before anything is awaited: the next frame but one overwrites this one.
    piece
      .getContext('2d', { alpha: false })!
      .drawImage(this.#canvas, x, y, size.width, size.height, 0, 0, size.width, size.height);
    const bytes = await jpegOf(piece, 0.93);
    const middle: [number, number] = [
      (part.left + part.across / 2) * width - x,
      (part.top + part.down / 2) * height - y,
    ];
    return { bytes, middle };
  }
}

export interface Cut {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly middle: [number, number];
}

/**
 * Takes frames of a video. Of the last two it keeps what was taken: one is on its way to an answer, one
 * has been answered. So a part that the host names is always cut from the frame it is a part of.
 */
export class FrameGrabber {
  readonly #stills: readonly [Still, Still] = [new Still(), new Still()];
  readonly #canvas = new OffscreenCanvas(2, 2);
  readonly #context = this.#canvas.getContext('2d', { willReadFrequently: true, alpha: false })!;
  #taken = 0;

  /** The frame that the video shows, and a smaller JPEG of it. */
  async grab(video: HTMLVideoElement): Promise<{ still: Still; jpeg: Uint8Array<ArrayBuffer> }> {
    const still = this.#stills[this.#taken++ % 2]!;
    still.take(video);
    const size = fitted(still.canvas.width, still.canvas.height, SENT_PIXELS);
    resize(this.#canvas, size);
    this.#context.drawImage(still.canvas, 0, 0, size.width, size.height);
    return { still, jpeg: await jpegOf(this.#canvas, 0.85) };
  }
}

/** Side of the patches that are compared, in pixels: coarse, so that somebody who sways is the same. */
const PATCH = 12;
/** Mean difference of gray values, 0…255, from which on a patch shows something else. */
const SOMETHING_ELSE = 24;

/** Whether a video still shows what a frame of it showed. */
export class Comparison {
  readonly #canvas = new OffscreenCanvas(2 * PATCH, PATCH);
  readonly #context = this.#canvas.getContext('2d', { willReadFrequently: true, alpha: false })!;

  /** Whether something else is at that part of the picture by now. */
  hasChanged(
    still: Still,
    video: HTMLVideoElement,
    { left, top, across, down }: FramePart,
  ): boolean {
    const draw = (source: CanvasImageSource, width: number, height: number, x: number) =>
      this.#context.drawImage(
        source,
        left * width,
        top * height,
        across * width,
        down * height,
        x,
        0,
        PATCH,
        PATCH,
      );
    this.#context.clearRect(0, 0, 2 * PATCH, PATCH);
    draw(still.canvas, still.canvas.width, still.canvas.height, 0);
    draw(video, video.videoWidth, video.videoHeight, PATCH);
    const { data } = this.#context.getImageData(0, 0, 2 * PATCH, PATCH);
    return differenceOf(data, PATCH) > SOMETHING_ELSE;
  }
}

/**
 * The mean difference of the gray values, 0…255, of two squares that lie side by side.
 *
 * @param rgba of both, row after row
 */
export function differenceOf(rgba: ArrayLike<number>, side: number): number {
  const grayAt = (x: number, y: number) => {
    const at = 4 * (y * 2 * side + x);
    return 0.3 * rgba[at]! + 0.59 * rgba[at + 1]! + 0.11 * rgba[at + 2]!;
  };
  let sum = 0;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) sum += Math.abs(grayAt(x, y) - grayAt(x + side, y));
  return sum / (side * side);
}

function fitted(width: number, height: number, longest: number) {
  const scale = Math.min(1, longest / Math.max(width, height));
  return {
    width: Math.max(2, Math.round(width * scale)),
    height: Math.max(2, Math.round(height * scale)),
  };
}

function resize(canvas: OffscreenCanvas, size: { width: number; height: number }): void {
  if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
}

async function jpegOf(canvas: OffscreenCanvas, quality: number): Promise<Uint8Array<ArrayBuffer>> {
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality });
  return new Uint8Array(await blob.arrayBuffer());
}

/** Share of a face's size that is kept at each side of it. */
const MARGIN = 0.7;
/** As much is kept where somebody else is close. */
const LEAST_MARGIN = 0.2;

/** The part of a frame that is cut for a face: its edges, in shares of the frame. */
export function around(part: FramePart, others: readonly FramePart[]) {
  const own = edgesOf(part, 0);
  const wide = edgesOf(part, MARGIN);
  const least = edgesOf(part, LEAST_MARGIN);
  for (const other of others.map((face) => edgesOf(face, 0))) {
    const isBeside = other.bottom > wide.top && other.top < wide.bottom;
    const isAbove = other.right > wide.left && other.left < wide.right;
    const isApart = other.left >= own.right || other.right <= own.left;
    if (isBeside && isApart) {
      if (other.left >= own.right)
        wide.right = Math.max(least.right, Math.min(wide.right, other.left));
      else wide.left = Math.min(least.left, Math.max(wide.left, other.right));
    } else if (isAbove) {
      if (other.top >= own.bottom)
        wide.bottom = Math.max(least.bottom, Math.min(wide.bottom, other.top));
      else if (other.bottom <= own.top)
        wide.top = Math.min(least.top, Math.max(wide.top, other.bottom));
    }
  }
  return {
    left: Math.max(0, wide.left),
    top: Math.max(0, wide.top),
    right: Math.min(1, wide.right),
    bottom: Math.min(1, wide.bottom),
  };
}

const edgesOf = ({ left, top, across, down }: FramePart, margin: number) => ({
  left: left - across * margin,
  top: top - down * margin,
  right: left + across * (1 + margin),
  bottom: top + down * (1 + margin),
});
