import type { ImagePyramid } from '../images/pyramid.ts';
import { cutSquare } from './cut-square.ts';
import { detectInViews, type View } from './detect.ts';
import { intersectionOverUnion, squareAround, type Detection } from './geometry.ts';
import type { Network } from './network.ts';
import { suppressNonMaxima } from './nms.ts';

/** Candidates that score this need no second look. */
const SURE = 0.7;
/** The closer looks show a square about the candidate, with this many times its side. */
const CONTEXT = 2;
/** In pixels. A second try, because the small detector's score wavers with the scale. */
const LOOK_SIDES = [160, 224];
/** Looks that score lower would change no verdict. */
const MINIMUM_SCORE = 0.05;
/** What overlaps the candidate less is something else. */
const SAME_IOU = 0.3;

/**
 * Looks closer at what may be a face and keeps what scores as one on the average of the first look
 * and a closer one. These err independently enough to drop two of three false alarms, and to bring
 * back faces that the first look was not sure of.
 */
export async function lookCloser(
  network: Network<'detector'>,
  photo: ImagePyramid,
  candidates: readonly Detection[],
): Promise<Detection[]> {
  const { scoreThreshold, nmsIou } = network.manifest.task;
  const faces = candidates.filter(({ score }) => score >= SURE);
  let unsure = candidates.filter(({ score }) => score < SURE);
  for (const side of LOOK_SIDES) {
    const judged = await judge(network, photo, unsure, side);
    const isFace = judged.map(({ score }) => score >= scoreThreshold);
    faces.push(...judged.filter((_, i) => isFace[i]));
    unsure = unsure.filter((_, i) => !isFace[i]);
  }
  return suppressNonMaxima(faces, nmsIou);
}

/** The average of both scores; the closer look has the better box. */
async function judge(
  network: Network<'detector'>,
  photo: ImagePyramid,
  candidates: readonly Detection[],
  side: number,
): Promise<Detection[]> {
  const views = candidates.map((candidate) => closeView(photo, candidate, side));
  const found = await detectInViews(network, views, MINIMUM_SCORE);
  return candidates.map((candidate, i) => {
    const again = found[i]!.find(
      ({ box }) => intersectionOverUnion(box, candidate.box) >= SAME_IOU,
    );
    const score = (candidate.score + (again?.score ?? 0)) / 2;
    return { ...(again ?? candidate), score };
  });
}

function closeView(photo: ImagePyramid, { box }: Detection, side: number): View {
  const square = squareAround(box, CONTEXT);
  const scale = side / square.width;
  return {
    image: cutSquare(photo, square, side),
    placement: { scale, x: -square.x * scale, y: -square.y * scale },
  };
}
