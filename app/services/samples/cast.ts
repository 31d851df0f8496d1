import { LikenessError } from '../../../contract/errors.ts';
import type { Box, Point } from '../../../contract/values.ts';
import { findPersonByName, insertActivity, ownersOfPhoto, type Store } from '../../../db/store.ts';
import type { PhotoAnalysis } from '../../model-host/types.ts';
import { activity } from '../activity-entry.ts';
import { analyze, encoded } from '../analysis.ts';
import type { CallOptions, ServiceContext } from '../context.ts';
import { commitTemplate } from '../enrollment/commit-template.ts';
import type { PhotoToEnroll } from '../enrollment/photo.ts';
import { refuseUnusable } from '../enrollment/quality-gate.ts';
import { readSettings } from '../kept-settings.ts';
import type { EnrollmentSource } from './album.ts';

type AnalyzedFace = PhotoAnalysis['faces'][number];

export interface CastPhoto {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  /** From left to right. */
  readonly faces: readonly CastFace[];
}

export interface CastFace {
  readonly face: AnalyzedFace;
  readonly name: string;
  /** Why the face was not enrolled, if it was not. */
  readonly refusal: string | null;
}

/**
 * Enrolls the people of a photo, from left to right, under their made-up names. The photo is looked
 * at once for all of them; who is enrolled from it already stays so.
 */
export async function enrollCast(
  context: ServiceContext,
  { file, people }: EnrollmentSource,
  call: CallOptions,
): Promise<CastPhoto> {
  const { keepPortraits: portraits } = context.store.read(readSettings);
  const wishes = { encode: 'all', portraits } as const;
  const analysis = await analyze(context.host, { path: file }, wishes, call);
  const cast = analysis.faces.toSorted((a, b) => a.box.x - b.box.x).slice(0, people.length);
  const faces: CastFace[] = [];
  for (const [i, face] of cast.entries()) {
    const name = freeName(context.store, people[i]!, analysis);
    faces.push({ face, name, refusal: await enrollFace(context, analysis, file, face, name) });
  }
  return { file, width: analysis.width, height: analysis.height, faces };
}

/** Gives the reason where the face is refused. */
async function enrollFace(
  context: ServiceContext,
  { photoHash, encoder, warnings }: PhotoAnalysis,
  file: string,
  face: AnalyzedFace,
  name: string,
): Promise<string | null> {
  const refusal = defectOf(face, file);
  if (refusal !== null) return refusal;
  const at = middleOf(face.box);
  const photo: PhotoToEnroll = {
    name,
    image: { path: file },
    label: file,
    severalFaces: 'refuse',
    at,
  };
  const analyzed = { photo, face: encoded(face), photoHash, encoder, warnings, notes: [] };
  const outcome = await commitTemplate(context, analyzed);
  if (outcome.kind === 'enrolled') {
    const entry = activity('enrolled', outcome.person.id, { enrolled: 1 }, context.now());
    context.store.write((tables) => insertActivity(tables, entry));
  }
  return null;
}

function defectOf({ quality }: AnalyzedFace, file: string): string | null {
  try {
    refuseUnusable(quality, file);
    return null;
  } catch (thrown) {
    if (thrown instanceof LikenessError) return thrown.message;
    throw thrown;
  }
}

/** Somebody of that name who was there before must not get the face of a stranger. */
const freeName = (store: Store, name: string, { encoder, photoHash }: PhotoAnalysis): string =>
  store.read((tables) => {
    const person = findPersonByName(tables, name);
    const isOurs =
      person === undefined || ownersOfPhoto(tables, encoder, photoHash).includes(person.id);
    return isOurs ? name : `${name} (sample)`;
  });

const middleOf = ({ x, y, width, height }: Box): Point => [x + width / 2, y + height / 2];
