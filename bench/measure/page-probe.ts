/* eslint-disable @typescript-eslint/unbound-method -- methods are wrapped, and called with their own `this` */
/** What the page saw, all times in milliseconds of its own clock. */
export interface Seen {
  /** Looks that were answered: when the picture was taken, and when its answer was shown. */
  readonly looks: readonly {
    readonly taken: number;
    readonly shown: number;
    readonly named: boolean;
  }[];
  /** Between animation frames, one after another. */
  readonly gaps: readonly number[];
  /** Frames in which the overlay was drawn anew. */
  readonly overlayFrames: number;
  readonly frames: number;
  /** From somebody's appearance in the camera to a name on the screen. */
  readonly appearances: readonly number[];
  readonly seconds: number;
}

/** What the probe offers inside the page. */
export interface Probe {
  /** Forgets what was seen so far. */
  readonly begin: () => void;
  readonly end: () => Seen;
}

/**
 * Runs in the page before its own scripts: watches from outside what the application does with its
 * socket, its video and its canvases, and changes nothing.
 */
export function installProbe(): void {
  let started = performance.now();
  let looks: { taken: number; shown: number; named: boolean }[] = [];
  let gaps: number[] = [];
  let appearances: number[] = [];
  let frames = 0;
  let overlayFrames = 0;
  let overlayDrawn = false;
  let lastTaken = 0;
  let appeared: number | undefined;

  const asked = new Map<number, number>();
  const heard = new WeakSet<WebSocket>();
  const latin = new TextDecoder('latin1');

  /** The integer behind the key `id` of a MessagePack map. */
  const idOf = (bytes: Uint8Array): number => {
    const at = latin.decode(bytes.subarray(0, 64)).indexOf('\u00a2id') + 3;
    const view = new DataView(bytes.buffer, bytes.byteOffset + at);
    const tag = view.getUint8(0);
    if (tag === 0xcc) return view.getUint8(1);
    if (tag === 0xcd) return view.getUint16(1);
    if (tag === 0xce) return view.getUint32(1);
    return tag;
  };

  const hear = ({ data }: MessageEvent<ArrayBuffer>): void => {
    const bytes = new Uint8Array(data);
    if (!latin.decode(bytes.subarray(0, 64)).includes('response')) return;
    const taken = asked.get(idOf(bytes));
    if (taken === undefined) return;
    asked.delete(idOf(bytes));
    const named = latin.decode(bytes).includes('identified');
    requestAnimationFrame((shown) => {
      looks.push({ taken, shown, named });
      if (!named || appeared === undefined || taken < appeared) return;
      appearances.push(shown - appeared);
      appeared = undefined;
    });
  };

  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (!heard.has(this)) this.addEventListener('message', hear);
    heard.add(this);
    if (ArrayBuffer.isView(data)) {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      if (latin.decode(bytes.subarray(0, 96)).includes('live.look'))
        asked.set(idOf(bytes), lastTaken);
    }
    send.call(this, data);
  };

  const note = (source: unknown): void => {
    if (source instanceof HTMLVideoElement) lastTaken = performance.now();
  };
  const bitmap = globalThis.createImageBitmap;
  globalThis.createImageBitmap = (source: ImageBitmapSource, ...rest: []) => {
    note(source);
    return bitmap(source, ...rest);
  };
  let own = false;
  for (const context of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
    const draw = context.prototype.drawImage;
    context.prototype.drawImage = function (this: CanvasRenderingContext2D, ...rest: never[]) {
      if (!own) note(rest[0]);
      Reflect.apply(draw, this, rest);
    };
  }
  const clear = CanvasRenderingContext2D.prototype.clearRect;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    if (this.canvas.isConnected) overlayDrawn = true;
    clear.apply(this, box);
  };

  /** Somebody appears: the middle of the picture changes at once. */
  const small = new OffscreenCanvas(8, 8).getContext('2d', { willReadFrequently: true })!;
  let former: Uint8ClampedArray | undefined;
  const watch = (video: HTMLVideoElement): void => {
    const look = (now: number): void => {
      own = true;
      small.drawImage(video, 0, 0, 8, 8);
      own = false;
      const pixels = small.getImageData(0, 0, 8, 8).data;
      const moved = (former ?? pixels).reduce((sum, v, i) => sum + Math.abs(v - pixels[i]!), 0);
      if (moved / pixels.length > 12) appeared = now;
      former = pixels;
      video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
  };

  let watched: HTMLVideoElement | undefined;
  let last = performance.now();
  const frame = (now: number): void => {
    gaps.push(now - last);
    last = now;
    frames++;
    if (overlayDrawn) overlayFrames++;
    overlayDrawn = false;
    const video = document.querySelector('video');
    if (video !== null && video !== watched) watch((watched = video));
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);

  const probe: Probe = {
    begin: () => {
      started = last = performance.now();
      [looks, gaps, appearances] = [[], [], []];
      [frames, overlayFrames, appeared] = [0, 0, undefined];
    },
    end: () => ({
      looks,
      gaps,
      appearances,
      frames,
      overlayFrames,
      seconds: (performance.now() - started) / 1000,
    }),
  };
  Object.assign(globalThis, { likenessProbe: probe });
}
