import path from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import type { Point } from '../../contract/values.ts';
import type { ManifestOf } from '../../contract/manifest.ts';
import { decodeImage } from '../images/decode.ts';
import { buildPyramid, type ImagePyramid } from '../images/resampling.ts';
import type { RgbImage } from '../images/rgb-image.ts';
import { readImageSource } from '../images/source.ts';
import { alignFace } from './align.ts';
import { encodeChips } from './encode.ts';
import { findFaces, locateFaces, type Detectors, type LocatedFace } from './find-faces.ts';
import { centerOf, type Detection } from '../../foundation/geometry.ts';
import type { Network } from './network.ts';

/**
 * Whether somebody else's network does on real faces what its manifest says. The faces are those of
 * the six sample photos of @vladmandic/face-api (MIT), found and marked by the built-in networks.
 */

const PHOTOS = [1, 2, 3, 4, 5, 6].map((number) => `sample${number}.jpg`);
/** The same person in two photos: number of the photo, place from the left, both from 0. */
const SAME_PERSON: readonly (readonly [FacePlace, FacePlace])[] = [
  [
    [0, 2],
    [2, 1],
  ],
  [
    [0, 1],
    [3, 0],
  ],
];
type FacePlace = readonly [photo: number, fromLeft: number];

interface SamplePhoto {
  readonly photo: ImagePyramid;
  /** From left to right. */
  readonly faces: readonly LocatedFace[];
}

/** The sample photos with what the given networks find in them. Errors: `file_not_found`. */
export async function readSampleFaces(
  folder: string,
  detectors: Detectors,
  landmarks: Network<'landmarks'>,
): Promise<readonly SamplePhoto[]> {
  const photos: SamplePhoto[] = [];
  for (const name of PHOTOS) {
    const source = await readImageSource({ path: path.join(folder, name) });
    const photo = await buildPyramid((await decodeImage(source)).pixels);
    const faces = await locateFaces(landmarks, photo, await findFaces(detectors, photo));
    photos.push({ photo, faces: faces.toSorted((a, b) => a.box.x - b.box.x) });
  }
  return photos;
}

/** How a network did; `score` tells two ways of feeding it apart, more is better. */
export interface Proof {
  readonly score: number;
  /** Why it must not be used; null where it may. */
  readonly refusal: string | null;
  /** What a person should know all the same. */
  readonly warnings: readonly string[];
}

/** Of the faces that are there, so many must be found, and so many more alarms are too many. */
const LEAST_FOUND = 0.6;
const MOST_FALSE = 0.5;

/** Searches the sample photos with the detector alone. */
export async function proveDetector(
  network: Network<'detector'>,
  photos: readonly SamplePhoto[],
): Promise<Proof> {
  const alone: Detectors = { first: network, second: null, video: () => Promise.resolve(network) };
  let [there, found, wrong] = [0, 0, 0];
  for (const { photo, faces } of photos) {
    const seen = await findFaces(alone, photo);
    there += faces.length;
    found += faces.filter((face) => seen.some((other) => isSamePlace(face, other))).length;
    wrong += seen.filter((one) => !faces.some((face) => isSamePlace(face, one))).length;
  }
  const said = `it finds ${found} of the ${there} faces of the sample photos`;
  const alarms = `${wrong} ${wrong === 1 ? 'place' : 'places'} where there is none`;
  const refusal =
    found < LEAST_FOUND * there
      ? said
      : wrong > MOST_FALSE * there
        ? `${said}, and ${alarms}`
        : null;
  return {
    score: (found - wrong) / there,
    refusal,
    warnings: refusal === null && found < there ? [`On trial ${said}.`] : [],
  };
}

/** Detectors draw their boxes differently: each must hold the other's center. */
function isSamePlace(a: Detection, b: Detection): boolean {
  return holds(a, centerOf(b.box)) && holds(b, centerOf(a.box));
}

const holds = ({ box }: Detection, [x, y]: Point): boolean =>
  x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;

/** Distances below this share of the average length are no differences. */
const NO_DIFFERENCE = 1e-3;
/** Of the faces that are shown a second time, a pixel out of place, so many must be nearest to themselves. */
const LEAST_RECOGNIZED = 0.7;

/** Encodes all sample faces, each twice: as it is, and a pixel out of place. */
export async function proveEncoder(
  network: Network<'encoder'>,
  photos: readonly SamplePhoto[],
): Promise<Proof> {
  const chips = photos.map(({ photo, faces }) =>
    faces.map((face) => chipOf(photo, face, network.manifest)),
  );
  const all = chips.flat();
  const encodings = await encodeChips(network, [...all, ...all.map(moved)]).catch(
    (error: unknown) => {
      if (error instanceof LikenessError && error.code === 'encoding_invalid') return null;
      throw error;
    },
  );
  if (encodings === null)
    return refused('for sample faces it gives numbers that are all zero or not finite');
  const [plain, again] = [encodings.slice(0, all.length), encodings.slice(all.length)];
  const spread = meanOf(plain.flatMap((a, i) => plain.slice(i + 1).map((b) => distance(a, b))));
  const length = meanOf(plain.map((encoding) => Math.hypot(...encoding)));
  if (spread < NO_DIFFERENCE * length) return refused('it gives the same encoding for every face');
  const recognized = again.filter((probe, i) => nearest(probe, plain) === i).length;
  if (recognized < LEAST_RECOGNIZED * all.length)
    return refused(
      `of ${all.length} sample faces, shown again a pixel out of place, it takes only ${recognized} for themselves`,
    );
  const strangers = meanOf(
    again.flatMap((probe, i) => plain.map((other, j) => (i === j ? 0 : distance(probe, other)))),
  );
  const itself = meanOf(again.map((probe, i) => distance(probe, plain[i]!)));
  return {
    score: strangers / Math.max(itself, 1e-9),
    refusal: null,
    warnings: samePersonWarnings(chips, plain),
  };
}

const refused = (refusal: string): Proof => ({ score: -1, refusal, warnings: [] });

const chipOf = (
  photo: ImagePyramid,
  face: LocatedFace,
  manifest: ManifestOf<'encoder'>,
): RgbImage => alignFace(photo, face.landmarks, manifest);

/** In two photos of one person most encoders that were trained find the person. */
function samePersonWarnings(
  chips: readonly (readonly RgbImage[])[],
  encodings: readonly Float32Array[],
): string[] {
  const starts = chips.map((_, i) =>
    chips.slice(0, i).reduce((sum, { length }) => sum + length, 0),
  );
  const encodingAt = ([photo, place]: FacePlace) => encodings[starts[photo]! + place];
  const missed = SAME_PERSON.filter(([a, b]) => {
    const [left, right] = [encodingAt(a), encodingAt(b)];
    if (left === undefined || right === undefined) return false;
    const others = encodings.filter((other) => other !== left && other !== right);
    return others.some((other) => distance(left, other) <= distance(left, right));
  });
  return missed.length === 0
    ? []
    : [
        `On trial it takes a stranger to be nearer than the same person in another photo, in ${missed.length} of ` +
          `${SAME_PERSON.length} cases: it may not be trained for faces. Compare it with "likeness models compare" before you use it.`,
      ];
}

const distance = (a: Float32Array, b: Float32Array): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0));

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function nearest(probe: Float32Array, all: readonly Float32Array[]): number {
  const distances = all.map((other) => distance(probe, other));
  return distances.indexOf(Math.min(...distances));
}

/** The picture a pixel further to the right. */
function moved({ width, height, data }: RgbImage): RgbImage {
  const shifted = new Uint8Array(data.length);
  for (let row = 0; row < height; row++) {
    const start = row * width * 3;
    shifted.set(data.subarray(start, start + 3), start);
    shifted.set(data.subarray(start, start + (width - 1) * 3), start + 3);
  }
  return { width, height, data: shifted };
}
