import type { Point, Refusal } from '../../../contract/values.ts';
import { alignFace, alignmentTemplates } from '../../faces/align.ts';
import { encodeChips } from '../../faces/encode.ts';
import { findFaces, locateFaces, type FaceModels } from '../../faces/find-faces.ts';
import type { Network } from '../../faces/network.ts';
import { choosePrincipal } from '../../faces/pipeline.ts';
import { estimateSimilarity } from '../../faces/resemblance.ts';
import { decodeImage } from '../../images/decode.ts';
import { refusePainting } from '../../images/painting-file.ts';
import { readImageSource } from '../../images/source.ts';
import { buildPyramid, type ImagePyramid } from '../../images/resampling.ts';
import { CHIP_MARGIN, CHIP_SIDE, STORED_SIDE } from '../../training/chips/face-chip.ts';
import { invertAffine, warpImage } from '../../images/warp.ts';
import type { RgbImage } from '../../images/rgb-image.ts';
import { failureOf, noFace } from './list-photos.ts';

export interface GatheredFace {
  readonly chip: RgbImage;
  /** What the teacher says of the face, cut and mirrored as its manifest asks. */
  readonly vector: Float32Array;
}

/** The principal face of a photo, as the product finds and aligns it, or why there is none. */
export async function gatherFace(
  models: Pick<FaceModels, 'detectors' | 'landmarks'>,
  teacher: Network<'encoder'> | null,
  file: string,
): Promise<GatheredFace | Refusal> {
  const decoded = await readPhoto(file);
  if ('code' in decoded) return decoded;
  const photo = await buildPyramid(decoded);
  const detections = await findFaces(models.detectors, photo);
  const faces = await locateFaces(models.landmarks, photo, detections);
  const { principal } = choosePrincipal(
    faces.map(({ box }) => box),
    decoded,
    'central',
  );
  if (principal === null) return noFace(file);
  const { landmarks } = faces[principal]!;
  const chip = wideChip(photo, landmarks);
  if (teacher === null) return { chip, vector: new Float32Array(0) };
  const [vector] = await encodeChips(teacher, [alignFace(photo, landmarks, teacher.manifest)]);
  return { chip, vector: vector! };
}

/** The center of this chip is, pixel for pixel, what an encoder of alignment dlib-68 is given. */
function wideChip(photo: ImagePyramid, landmarks: readonly Point[]): RgbImage {
  const { select, points, size } = alignmentTemplates['dlib-68'];
  const scale = CHIP_SIDE / size;
  const target = points.map(([x, y]): Point => [x * scale, y * scale]);
  const toPhoto = invertAffine(estimateSimilarity(select(landmarks), target));
  const { a, b, tx, c, d, ty } = toPhoto;
  const shifted = {
    ...toPhoto,
    tx: tx - (a + b) * CHIP_MARGIN,
    ty: ty - (c + d) * CHIP_MARGIN,
  };
  return warpImage(photo, shifted, STORED_SIDE, STORED_SIDE);
}

async function readPhoto(file: string): Promise<RgbImage | Refusal> {
  try {
    const source = await readImageSource({ path: file });
    await refusePainting(source);
    return (await decodeImage(source)).pixels;
  } catch (thrown) {
    return failureOf(file, thrown);
  }
}
