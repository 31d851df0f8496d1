import { LikenessError } from '../../../contract/errors.ts';

export interface PicturedFace {
  readonly identity: string;
  /** How far, in distance, this picture lies from the identity's own encoding. */
  readonly variation: number;
  /** Width and height in pixels. */
  readonly size: number;
  /** Quality, 0…1. */
  readonly score: number;
}

/**
 * The text of a picture for the fake host: a line per face, largest first, as
 * `identity variation size quality`, of which all but the first may be left out. A remark after
 * `#` makes another file of the same picture.
 */
export function parsePhoto(text: string): PicturedFace[] {
  if (text === '') throw new LikenessError('file_empty', 'The file has no bytes.');
  if (text.startsWith('damaged'))
    throw new LikenessError('image_truncated', 'The picture ends too early.');
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/u, '').trim())
    .filter((line) => line !== '' && line !== 'landscape')
    .map(parseFace);
}

function parseFace(line: string): PicturedFace {
  const [identity, variation = '0', size = '120', score = '0.8'] = line.split(/\s+/u);
  return {
    identity: identity!,
    variation: Number(variation),
    size: Number(size),
    score: Number(score),
  };
}
