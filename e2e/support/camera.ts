import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { samplePhoto, sitters, type Sitter } from '../../app/services/testing/sample-portraits.ts';

/** What a webcam of 640×480 sees: real faces of the sample photos, who sway a little. */
export interface Scene {
  readonly name: string;
  /** Shown one after another, each for `seconds`; null: nobody is there. */
  readonly shots: readonly { readonly sitter: Sitter | null; readonly seconds: number }[];
}

const [ada, bea, , dora] = sitters as readonly [Sitter, Sitter, Sitter, Sitter];

export const scenes = {
  ada: { name: 'ada', shots: [{ sitter: ada, seconds: 4 }] },
  bea: { name: 'bea', shots: [{ sitter: bea, seconds: 4 }] },
  dora: { name: 'dora', shots: [{ sitter: dora, seconds: 4 }] },
  nobody: { name: 'nobody', shots: [{ sitter: null, seconds: 2 }] },
  /** Somebody comes, stays, and goes. */
  visitor: {
    name: 'visitor',
    shots: [
      { sitter: null, seconds: 4 },
      { sitter: ada, seconds: 8 },
    ],
  },
  /** Somebody comes and goes, again and again. */
  visits: {
    name: 'visits',
    shots: [
      { sitter: null, seconds: 2 },
      { sitter: ada, seconds: 4 },
    ],
  },
} as const satisfies Record<string, Scene>;

const WIDTH = 640;
const HEIGHT = 480;
const FRAMES_PER_SECOND = 15;
/** Chromium plays MJPEG files at this rate, whatever they hold. */
const FILE_RATE = 30;
/** Share of the picture's height that a face takes. */
const FACE_SHARE = 0.42;
/** Pixels by which somebody sways to each side. */
const SWAY = 8;

/** The scene as a file that Chromium takes for a webcam: JPEG after JPEG. */
export async function cameraFile(scene: Scene): Promise<string> {
  const folder = path.join(tmpdir(), `likeness-cameras-${process.getuid?.() ?? 0}`);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${scene.name}.mjpeg`);
  const frames: Buffer[] = [];
  for (const { sitter, seconds } of scene.shots) frames.push(...(await shoot(sitter, seconds)));
  const scratch = `${file}.${process.pid}`;
  writeFileSync(scratch, Buffer.concat(frames));
  renameSync(scratch, file);
  return file;
}

async function shoot(sitter: Sitter | null, seconds: number): Promise<Buffer[]> {
  const count = Math.round(seconds * FRAMES_PER_SECOND);
  const repeat = FILE_RATE / FRAMES_PER_SECOND;
  const picture = sitter === null ? await emptyRoom() : await closeUp(sitter);
  const frames: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const left = Math.round(SWAY + SWAY * Math.sin((2 * Math.PI * i) / count));
    const frame = await sharp(picture)
      .extract({ left, top: 0, width: WIDTH, height: HEIGHT })
      .jpeg({ quality: 88 })
      .toBuffer();
    for (let n = 0; n < repeat; n++) frames.push(frame);
  }
  return frames;
}

/** The part of the photo around a face, with room on both sides for swaying. */
async function closeUp({ sample, box }: Sitter): Promise<Buffer> {
  const scale = (FACE_SHARE * HEIGHT) / box.height;
  const photo = await sharp(samplePhoto(sample)).toBuffer({ resolveWithObject: true });
  const [width, height] = [(WIDTH + 2 * SWAY) / scale, HEIGHT / scale];
  const clamp = (value: number, most: number) => Math.max(0, Math.min(Math.round(value), most));
  const size = { width: Math.floor(width), height: Math.floor(height) };
  return sharp(photo.data)
    .extract({
      left: clamp(box.x + box.width / 2 - width / 2, photo.info.width - size.width),
      top: clamp(box.y + box.height / 2 - height / 2, photo.info.height - size.height),
      ...size,
    })
    .resize(WIDTH + 2 * SWAY, HEIGHT, { fit: 'fill' })
    .png()
    .toBuffer();
}

/** A wall with a soft light on it. */
const emptyRoom = (): Promise<Buffer> =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH + 2 * SWAY}" height="${HEIGHT}">
        <radialGradient id="light"><stop offset="0" stop-color="#b9b4aa"/><stop offset="1" stop-color="#6e6a64"/></radialGradient>
        <rect width="100%" height="100%" fill="url(#light)"/>
      </svg>`,
    ),
  )
    .png()
    .toBuffer();
