import { LikenessError } from '../../contract/errors.ts';
import type { ImageSource, Point } from '../../contract/values.ts';
import type { AnalyzedFace, ModelHost, PhotoAnalysis } from '../model-host/types.ts';
import type { CallOptions, ServiceContext } from './context.ts';
import type { ModelKey } from '../../db/store.ts';

export type SeveralFaces = 'refuse' | 'largest';

/** A face whose encoding was asked for. */
export type EncodedFace = AnalyzedFace & { readonly encoding: Float32Array };

/** Path of a picture, or the name that came with its bytes. */
export const nameOf = (image: ImageSource): string => ('path' in image ? image.path : image.name);

/** What an analysis has to give beyond the faces. */
interface AnalysisWishes {
  readonly encode: 'none' | 'principal' | 'all';
  /** A picture of each face that gets an encoding. */
  readonly portraits?: boolean;
  /** Of several faces the one at this point of the upright picture, in pixels. */
  readonly at?: Point | undefined;
  /** `refuse`: what Likeness painted is no photo. */
  readonly paintings?: 'refuse' | undefined;
}

export function analyze(
  host: ModelHost,
  image: ImageSource,
  { encode, portraits = false, at, paintings }: AnalysisWishes,
  call: CallOptions,
): Promise<PhotoAnalysis> {
  const subject = at === undefined ? 'largest' : { at };
  const request = { image, encode, subject, portraits } as const;
  const photo = paintings === undefined ? request : { ...request, paintings };
  return host.request('analyze', photo, signalOf(call));
}

/** The cancellation of a call without its progress, which belongs to the command as a whole. */
export const signalOf = ({ signal }: CallOptions): { signal?: AbortSignal } =>
  signal === undefined ? {} : { signal };

/**
 * The one face that a picture is of.
 *
 * @throws LikenessError `no_face`; `several_faces` where none stands out and `severalFaces` is
 *   `refuse`, with all boxes (in pixels, largest first) in the details.
 */
export function subjectOf(
  { faces, principal, principalIsClear }: PhotoAnalysis,
  name: string,
  severalFaces: SeveralFaces,
): EncodedFace {
  const face = principal === null ? undefined : faces[principal];
  if (face === undefined) throw noFace(name, faces.length > 0);
  if (!principalIsClear && severalFaces === 'refuse') throw severalFacesIn(name, faces, face);
  return encoded(face);
}

/** Where there are faces, none was where somebody pointed at. */
const noFace = (name: string, elsewhere: boolean): LikenessError =>
  new LikenessError(
    'no_face',
    elsewhere
      ? `No face was found at that place in ${name}. Point at the middle of the face.`
      : `No face was found in ${name}. Use a photo that shows the face upright, larger and well lit.`,
    { details: { file: name } },
  );

export function encoded(face: AnalyzedFace): EncodedFace {
  const { encoding } = face;
  if (encoding === undefined)
    throw new LikenessError('internal', 'The host sent a face without the encoding asked for.');
  return { ...face, encoding };
}

function severalFacesIn(
  name: string,
  faces: readonly AnalyzedFace[],
  largest: AnalyzedFace,
): LikenessError {
  const { x, y, width, height } = largest.box;
  const place = `${Math.round(width)}×${Math.round(height)} pixels at ${Math.round(x)}, ${Math.round(y)}`;
  return new LikenessError(
    'several_faces',
    `${name} shows ${faces.length} faces where one was expected. Ask for the largest (${place}), or crop the photo.`,
    { details: { file: name, faces: faces.map(({ box }) => box), largest: largest.box } },
  );
}

/** Euclidean distance of two encodings of one model. */
export function distanceBetween(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length)
    throw new LikenessError(
      'internal',
      `Encodings of ${a.length} and ${b.length} values cannot be compared.`,
    );
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0));
}

/** The encoder in use, present or not: nothing is started for the sake of looking. */
export async function encoderInUse({ host }: ServiceContext, call: CallOptions): Promise<ModelKey> {
  const { models } = await host.request('listModels', {}, signalOf(call));
  const encoder = models.find(({ role, active }) => role === 'encoder' && active);
  if (encoder !== undefined) return encoder;
  throw new LikenessError('model_missing', 'No encoder is in use. Look at the list of models.');
}
