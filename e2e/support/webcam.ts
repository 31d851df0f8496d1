import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { stillPicture, type Scene, type Size } from './camera.ts';

/** A webcam of any size and rate that can change its size while it plays, which files cannot. */
export interface Webcam {
  /** What it shows first, and what it changes to. */
  readonly pictures: readonly (Size & Pick<Scene['shots'][number], 'sitter'>)[];
  readonly framesPerSecond: number;
}

/**
 * Puts a webcam in the place of Chromium's own: a canvas on which somebody sways. Has to be called
 * before the page is opened.
 *
 * @returns what has it change to its next picture
 */
export async function playWebcam(
  page: Page,
  { pictures: wanted, framesPerSecond }: Webcam,
): Promise<() => Promise<void>> {
  const pictures = await Promise.all(
    wanted.map(async ({ sitter, ...size }) => {
      const jpeg = await sharp(await stillPicture(sitter, size))
        .jpeg({ quality: 90 })
        .toBuffer();
      return { ...size, source: jpeg.toString('base64') };
    }),
  );
  await page.addInitScript(playPictures, { pictures, framesPerSecond });
  return () => page.evaluate(() => (window as unknown as Playing).nextPicture());
}

interface Play {
  readonly pictures: readonly (Size & { readonly source: string })[];
  readonly framesPerSecond: number;
}

interface Playing {
  nextPicture: () => void;
}

/** Runs in the page. */
function playPictures({ pictures, framesPerSecond }: Play): void {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { alpha: false })!;
  let shown = 0;
  (window as unknown as Playing).nextPicture = () =>
    (shown = Math.min(shown + 1, pictures.length - 1));
  const decode = async ({ source }: Play['pictures'][number]): Promise<ImageBitmap> => {
    const bytes = Uint8Array.from(atob(source), (letter) => letter.charCodeAt(0));
    return createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
  };
  navigator.mediaDevices.getUserMedia = async () => {
    const decoded = await Promise.all(pictures.map(decode));
    const draw = (): void => {
      const { width, height } = pictures[shown]!;
      if (canvas.width !== width || canvas.height !== height)
        Object.assign(canvas, { width, height });
      const sway = Math.round(width * 0.012 * Math.sin(performance.now() / 650));
      context.drawImage(decoded[shown]!, sway, 0);
    };
    draw();
    setInterval(draw, 1000 / framesPerSecond);
    return canvas.captureStream(framesPerSecond);
  };
}
/** The plug of a webcam. Chromium's own fake webcam has none. */
export interface Plug {
  readonly pull: () => Promise<void>;
  readonly insert: () => Promise<void>;
}

/** Has to be called before the page is opened. */
export async function unpluggableWebcam(page: Page): Promise<Plug> {
  await page.addInitScript(putPlug);
  const set = (plugged: boolean) => async (): Promise<void> => {
    await page.evaluate((now) => {
      (window as unknown as { plugWebcam: (plugged: boolean) => void }).plugWebcam(now);
    }, plugged);
  };
  return { pull: set(false), insert: set(true) };
}

/** Runs in the page: what a browser shows of a webcam whose cable is pulled. */
function putPlug(): void {
  const devices = navigator.mediaDevices;
  const getUserMedia = devices.getUserMedia.bind(devices);
  const enumerateDevices = devices.enumerateDevices.bind(devices);
  const tracks = new Set<MediaStreamTrack>();
  let plugged = true;
  devices.getUserMedia = async (constraints) => {
    if (!plugged) throw new DOMException('Requested device not found', 'NotFoundError');
    const stream = await getUserMedia(constraints);
    for (const track of stream.getTracks()) tracks.add(track);
    return stream;
  };
  devices.enumerateDevices = async () =>
    (await enumerateDevices()).filter(({ kind }) => plugged || kind !== 'videoinput');
  (window as unknown as { plugWebcam: (now: boolean) => void }).plugWebcam = (now) => {
    plugged = now;
    if (!now) {
      for (const track of tracks) {
        track.stop();
        // `stop` ends a track in silence; a lost device does not.
        track.dispatchEvent(new Event('ended'));
      }
      tracks.clear();
    }
    devices.dispatchEvent(new Event('devicechange'));
  };
}

/** What a browser says of a camera that does not play. */
const refusals = {
  denied: 'NotAllowedError',
  missing: 'NotFoundError',
  busy: 'NotReadableError',
} as const;
export type Refusal = keyof typeof refusals;

/**
 * Has the browser refuse the camera, from the next opening of the page on, until it is mended.
 *
 * @returns what mends it
 */
export async function refuseWebcam(page: Page, refusal: Refusal): Promise<() => Promise<void>> {
  await page.addInitScript((name) => {
    const devices = navigator.mediaDevices;
    const open = devices.getUserMedia.bind(devices);
    const refusing = window as unknown as { mended?: boolean };
    devices.getUserMedia = (wanted) =>
      refusing.mended === true ? open(wanted) : Promise.reject(new DOMException('', name));
  }, refusals[refusal]);
  return () =>
    page.evaluate(() => {
      (window as unknown as { mended: boolean }).mended = true;
    });
}
