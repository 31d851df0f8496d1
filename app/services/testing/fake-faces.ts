import { createHash } from 'node:crypto';
import type { AnalyzedFace, EncoderInfo } from '../../model-host/types.ts';
import type { PicturedFace } from './fake-photo.ts';

export const DIMENSION = 16;
/** Faces lie side by side, 200 pixels from one to the next. */
export const PITCH = 200;

/** A face as the host says it. */
export function analyzed(
  face: PicturedFace,
  place: number,
  withEncoding: boolean,
  withPortrait: boolean,
  encoder: EncoderInfo,
): AnalyzedFace {
  const { size, score } = face;
  return {
    box: { x: 10 + PITCH * place, y: 20, width: size, height: size },
    score: 0.9,
    landmarks: Array.from({ length: 68 }, (): [number, number] => [1, 2]),
    quality: {
      score,
      reasons: score < 0.5 ? ['The face is blurred: hold still, or use a sharper photo.'] : [],
      flaws: score < 0.5 ? ['blurred'] : [],
      measures: {
        eyeDistance: size / 3,
        sharpness: 1,
        exposure: 1,
        yaw: 0,
        pitch: 0,
        roll: 0,
        detection: 0.9,
      },
    },
    ...(withEncoding ? { encoding: encodingOf(face, encoder) } : {}),
    ...(withEncoding && withPortrait
      ? { portrait: Uint8Array.from(Buffer.from(`portrait of ${face.identity}`)) }
      : {}),
  };
}

/** Every identity has its own corner far from others; `variation` moves a face away from it. */
export function encodingOf(
  { identity, variation }: PicturedFace,
  encoder: EncoderInfo,
): Float32Array {
  const { id, version } = encoder;
  const name = version === '1' ? id : `${id} ${version}`;
  const digest = createHash('sha256').update(`${name}/${identity}`).digest();
  const encoding = Float32Array.from({ length: DIMENSION }, (_, i) => digest[i]! / 64);
  encoding[0]! += variation;
  return encoding;
}
