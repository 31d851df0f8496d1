import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { samplePhoto, sitters, type Sitter } from '../../app/services/testing/sample-portraits.ts';

/** What a webcam sees: real faces of the sample photos, who sway a little. */
export interface Scene {
  readonly name: string;
  /** In pixels; 640×480 if absent. */
  readonly size?: Size;
  /** Shown one after another, each for `seconds`; null: nobody is there. */
  readonly shots: readonly Shot[];
}

interface Shot {
  /**
   * Several sit side by side, or one above the other where the picture is upright; null is an empty
   * seat.
   */
  readonly sitter: Sitter | readonly (Sitter | null)[] | null;
  readonly seconds: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const [ada, bea, cleo, dora] = sitters as readonly [Sitter, Sitter, Sitter, Sitter];

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
  /** Three people before a camera as most are today. */
  three: {
    name: 'three',
    size: { width: 1280, height: 720 },
    shots: [{ sitter: [bea, ada, cleo], seconds: 3 }],
  },
} as const satisfies Record<string, Scene>;

const VGA: Size = { width: 640, height: 480 };
const FRAMES_PER_SECOND = 15;
/** Chromium plays MJPEG files at this rate, whatever they hold. */
const FILE_RATE = 30;
/** Share of the picture's height that a face takes. */
const FACE_SHARE = 0.42;
/** Share of a seat's width that a face takes at most. */
const FACE_WIDTH_SHARE = 0.5;
/** Pixels by which somebody sways to each side. */
const SWAY = 8;

/** The scene as a file that Chromium takes for a webcam: JPEG after JPEG. */
export async function cameraFile({ name, size = VGA, shots }: Scene): Promise<string> {
  const folder = path.join(tmpdir(), `likeness-cameras-${process.getuid?.() ?? 0}`);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${name}.mjpeg`);
  const frames: Buffer[] = [];
  for (const shot of shots) frames.push(...(await shoot(shot, size)));
  const scratch = `${file}.${process.pid}`;
  writeFileSync(scratch, Buffer.concat(frames));
  renameSync(scratch, file);
  return file;
}

async function shoot({ sitter, seconds }: Shot, { width, height }: Size): Promise<Buffer[]> {
  const count = Math.round(seconds * FRAMES_PER_SECOND);
  const repeat = FILE_RATE / FRAMES_PER_SECOND;
  const picture = await stillPicture(sitter, { width: width + 2 * SWAY, height });
  const frames: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const left = Math.round(SWAY + SWAY * Math.sin((2 * Math.PI * i) / count));
    const frame = await sharp(picture)
      .extract({ left, top: 0, width, height })
      .jpeg({ quality: 88 })
      .toBuffer();
    for (let n = 0; n < repeat; n++) frames.push(frame);
  }
  return frames;
}

/** What is before the camera, as PNG of that size. */
export async function stillPicture(sitter: Shot['sitter'], size: Size): Promise<Buffer> {
  if (sitter === null) return emptyRoom(size);
  if ('sample' in sitter) return closeUp(sitter, size);
  const isUpright = size.height > size.width;
  const seat = isUpright
    ? { width: size.width, height: Math.floor(size.height / sitter.length) }
    : { width: Math.floor(size.width / sitter.length), height: size.height };
  const seated = await Promise.all(
    sitter.map(async (one, i) => ({
      input: await (one === null ? emptyRoom(seat) : closeUp(one, seat)),
      left: isUpright ? 0 : i * seat.width,
      top: isUpright ? i * seat.height : 0,
    })),
  );
  return sharp(await emptyRoom(size))
    .composite(seated)
    .png()
    .toBuffer();
}

/** The part of the photo around a face, no larger than the photo allows. */
async function closeUp({ sample, box }: Sitter, { width, height }: Size): Promise<Buffer> {
  const photo = await sharp(samplePhoto(sample)).toBuffer({ resolveWithObject: true });
  const share = Math.min(FACE_SHARE, (FACE_WIDTH_SHARE * width * box.height) / box.width / height);
  const scale = Math.max(
    (share * height) / box.height,
    width / photo.info.width,
    height / photo.info.height,
  );
  const clamp = (value: number, most: number) => Math.max(0, Math.min(Math.round(value), most));
  const part = { width: Math.floor(width / scale), height: Math.floor(height / scale) };
  return sharp(photo.data)
    .extract({
      left: clamp(box.x + box.width / 2 - part.width / 2, photo.info.width - part.width),
      top: clamp(box.y + box.height / 2 - part.height / 2, photo.info.height - part.height),
      ...part,
    })
    .resize(width, height, { fit: 'fill' })
    .png()
    .toBuffer();
}

/** A wall with a soft light on it. */
const emptyRoom = ({ width, height }: Size): Promise<Buffer> =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
        <radialGradient id="light"><stop offset="0" stop-color="#b9b4aa"/><stop offset="1" stop-color="#6e6a64"/></radialGradient>
        <rect width="100%" height="100%" fill="url(#light)"/>
      </svg>`,
    ),
  )
    .png()
    .toBuffer();
