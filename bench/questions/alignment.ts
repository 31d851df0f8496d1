import { planEvaluation } from '../../app/services/evaluation.ts';
import { numberInOrder } from '../../app/services/encode-photos.ts';
import type { RecognitionFigures } from '../../contract/host.ts';
import { measureRecognition } from '../../native-models/evaluation/recognition-study.ts';
import type { Point } from '../../contract/values.ts';
import { openCatalog } from '../../native-models/catalog/catalog.ts';
import { alignFace } from '../../native-models/faces/align.ts';
import { encodeChips } from '../../native-models/faces/encode.ts';
import { findFaces, locateFaces, type FaceModels } from '../../native-models/faces/find-faces.ts';
import { boundsOf } from '../../foundation/geometry.ts';
import type { Network } from '../../native-models/faces/network.ts';
import { choosePrincipal } from '../../native-models/faces/pipeline.ts';
import { loadModels } from '../../native-models/faces/open-models.ts';
import { decodeImage } from '../../native-models/images/decode.ts';
import {
  letterbox,
  buildPyramid,
  type ImagePyramid,
} from '../../native-models/images/resampling.ts';
import type { RgbImage } from '../../native-models/images/rgb-image.ts';
import { readImageSource } from '../../native-models/images/source.ts';
import { Runtime } from '../../native-models/runtime/runtime.ts';
import { builtInModels } from '../measure/product.ts';
import type { Answer, Options } from './question.ts';

type Way = 'likeness' | 'peerCrop';

/**
 * What alignment is worth: the same detectors, landmarks and weights on all photos of a folder,
 * every photo against every other, with our chip (similarity transform, mirrored average,
 * normalized) and with that of face-api.js (bounding box of the landmarks plus 20 %, upright).
 */
export async function measureAlignment({ images }: Options): Promise<Answer> {
  if (images === undefined) throw new Error('Say whose photos: --images <root>.');
  const catalog = openCatalog({ builtInModels, userModels: '' });
  const models = await loadModels(catalog, new Runtime({ provider: 'cpu' }));
  const plan = await planEvaluation({ images, comparisons: { kind: 'all' } });
  const encodings: Record<Way, (Float32Array | null)[]> = { likeness: [], peerCrop: [] };
  for (const photo of plan.photos) {
    const both = await encodeBothWays(models, photo.path);
    encodings.likeness.push(both?.likeness ?? null);
    encodings.peerCrop.push(both?.peerCrop ?? null);
  }
  const people = numberInOrder(plan.photos.map(({ person }) => person));
  const measure = (way: Way): Promise<RecognitionFigures> =>
    measureRecognition({ encodings: encodings[way], people, comparisons: plan.comparisons }, {});
  const likeness = await measure('likeness');
  const peerCrop = await measure('peerCrop');
  return {
    figures: { photos: plan.photos.length, likeness: rates(likeness), peerCrop: rates(peerCrop) },
    lines: [
      inWords('similarity transform, mirrored', likeness),
      inWords('box of the landmarks', peerCrop),
    ],
  };
}

const rates = ({ accuracy, eer, tarAtFar }: RecognitionFigures): object => ({
  accuracy,
  eer,
  tarAtFar,
});

function inWords(name: string, { accuracy, tarAtFar }: RecognitionFigures): string {
  const percent = (rate: number | undefined): string => `${((rate ?? NaN) * 100).toFixed(2)} %`;
  const tar = ['0.01', '0.001', '0.0001'].map((far) => `${percent(tarAtFar[far])} at FAR ${far}`);
  return `${name.padEnd(32)} accuracy ${percent(accuracy)}, TAR ${tar.join(', ')}`;
}

async function encodeBothWays(
  { detectors, landmarks, encoder }: FaceModels,
  file: string,
): Promise<Record<Way, Float32Array> | null> {
  const { pixels } = await decodeImage(await readImageSource({ path: file }));
  const photo = await buildPyramid(pixels);
  const faces = await locateFaces(landmarks, photo, await findFaces(detectors, photo));
  const { principal } = choosePrincipal(
    faces.map(({ box }) => box),
    pixels,
    'central',
  );
  if (principal === null) return null;
  const face = faces[principal]!;
  const [likeness] = await encodeChips(encoder, [
    alignFace(photo, face.landmarks, encoder.manifest),
  ]);
  const [peerCrop] = await encodeChips(asPeer(encoder), [
    await peerChip(photo, face.landmarks, encoder.manifest.input.width),
  ]);
  return { likeness: likeness!, peerCrop: peerCrop! };
}

/** face-api.js compares plain encodings of a single view. */
function asPeer({ session, manifest }: Network<'encoder'>): Network<'encoder'> {
  const task = { ...manifest.task, mirror: false, metric: 'euclidean' as const };
  return { session, manifest: { ...manifest, task } };
}

async function peerChip(
  photo: ImagePyramid,
  landmarks: readonly Point[],
  size: number,
): Promise<RgbImage> {
  const { x, y, width, height } = boundsOf(landmarks);
  const [padX, padY] = [width * 0.2, height * 0.2];
  const padded = { x: x - padX / 2, y: y - padY / 2, width: width + padX, height: height + padY };
  return (await letterbox(photo, padded, size, size)).image;
}
