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
/** In pixels; two, because the small detector's score wavers with the scale. */
const LOOK_SIDES = [160, 224];
/** Looks that score lower would change no verdict. */
const MINIMUM_SCORE = 0.05;
/** What overlaps the candidate less is something else; detectors draw their boxes differently. */
const SAME_IOU = 0.3;

/**
 * Looks closer at what may be a face and judges by the average of the first and the better of the
 * closer scores. These err independently enough to drop two of three false alarms, and to bring
 * back faces that the first look was not sure of.
 */
export async function lookCloser(
  network: Network<'detector'>,
  photo: ImagePyramid,
  candidates: readonly Detection[],
): Promise<Detection[]> {
  const { scoreThreshold, nmsIou } = network.manifest.task;
  const unsure = candidates.filter(({ score }) => score < SURE);
  const looks: (Detection | undefined)[][] = [];
  for (const side of LOOK_SIDES) looks.push(await lookAt(network, photo, unsure, side));
  const judged = unsure.map((candidate, i) =>
    judge(
      candidate,
      looks.map((look) => look[i]),
    ),
  );
  const sure = candidates.filter(({ score }) => score >= SURE);
  const faces = [...sure, ...judged].filter(({ score }) => score >= scoreThreshold);
  return suppressNonMaxima(faces, nmsIou);
}

/** What the network makes of each candidate; undefined where it sees no face in that place. */
async function lookAt(
  network: Network<'detector'>,
  photo: ImagePyramid,
  candidates: readonly Detection[],
  side: number,
): Promise<(Detection | undefined)[]> {
  const views = candidates.map((candidate) => closeView(photo, candidate, side));
  const found = await detectInViews(network, views, MINIMUM_SCORE);
  return candidates.map((candidate, i) =>
    found[i]!.find(({ box }) => intersectionOverUnion(box, candidate.box) >= SAME_IOU),
  );
}

function closeView(photo: ImagePyramid, { box }: Detection, side: number): View {
  const square = squareAround(box, CONTEXT);
  const scale = side / square.width;
  return {
    image: cutSquare(photo, square, side),
    placement: { scale, x: -square.x * scale, y: -square.y * scale },
  };
}

/** The closer look has the better box. */
function judge(candidate: Detection, looks: readonly (Detection | undefined)[]): Detection {
  const best = looks
    .filter((look) => look !== undefined)
    .reduce<Detection | undefined>(
      (a, b) => (a !== undefined && a.score >= b.score ? a : b),
      undefined,
    );
  return {
    box: best?.box ?? candidate.box,
    score: (candidate.score + (best?.score ?? 0)) / 2,
  };
}
