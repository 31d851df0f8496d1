import { LikenessError } from '../../../contract/errors.ts';
import type { Refusal } from '../../../contract/values.ts';
import type { FacePipeline } from '../../faces/pipeline.ts';
import type { LabeledEncoding } from '../../training/verifier/label-pairs.ts';
import type { RequestContext } from '../handler.ts';
import { failureOf, noFace, photoFolder, type TrainingPhoto } from './list-photos.ts';

export interface EncodedPeople {
  readonly photos: readonly LabeledEncoding[];
  readonly looked: number;
  readonly withoutFace: number;
  /** Copies of a photo under the same name, left out. */
  readonly copies: number;
  /** Photos that lie under two names; nobody can tell which is right, so all are left out. */
  readonly contradictions: readonly (readonly string[])[];
  /** Files of the folder, labeled photos or not. */
  readonly files: number;
  /** All that have no encoding, each with the reason. */
  readonly unused: readonly Refusal[];
  readonly warnings: string[];
}

type Labeled = TrainingPhoto & { readonly person: string };

interface Seen {
  readonly photo: Labeled;
  readonly hash: string;
  readonly encoding: Float32Array;
}

/** Photos under way at once: one is decoded while another is computed. */
const AT_ONCE = 2;

/**
 * Encodes the central face of every photo `root/person/photo` as the product does.
 *
 * @throws LikenessError `training_impossible` without any face; those of reading a folder.
 */
export async function encodePeople(
  pipeline: FacePipeline,
  root: string,
  { signal, report }: RequestContext,
): Promise<EncodedPeople> {
  const { photos: all, unused } = await photoFolder(root, 'refused');
  const photos = all.filter(isLabeled);
  const seen: (Seen | Refusal)[] = [];
  let done = 0;
  const queue = photos.entries();
  const work = async (): Promise<void> => {
    for (const [place, photo] of queue) {
      seen[place] = await look(pipeline, photo, signal);
      report({ stage: 'Reading photos', done: ++done, total: photos.length });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const usable = seen.filter((entry) => 'photo' in entry);
  return {
    ...sorted(root, photos.length, usable),
    files: photos.length + unused.length,
    unused: [...unused, ...seen.filter((entry) => 'code' in entry)],
  };
}

const isLabeled = (photo: TrainingPhoto): photo is Labeled => photo.person !== null;

async function look(
  pipeline: FacePipeline,
  photo: Labeled,
  signal: AbortSignal,
): Promise<Seen | Refusal> {
  try {
    const image = { path: photo.file };
    const wishes = { encode: 'principal', subject: 'central', paintings: 'refuse' } as const;
    const request = { image, ...wishes, signal };
    const { faces, principal, photoHash } = await pipeline.analyze(request);
    const encoding = principal === null ? undefined : faces[principal]?.encoding;
    if (encoding === undefined) return noFace(photo.file);
    return { photo, hash: photoHash, encoding };
  } catch (thrown) {
    return failureOf(photo.file, thrown);
  }
}

function sorted(
  root: string,
  looked: number,
  seen: readonly Seen[],
): Omit<EncodedPeople, 'files' | 'unused'> {
  if (seen.length === 0)
    throw new LikenessError(
      'training_impossible',
      `No face was found in ${root}. Give a folder with a subfolder of photos per person.`,
      { details: { root, photos: looked } },
    );
  const same = [...Map.groupBy(seen, ({ hash }) => hash).values()];
  const isClear = (group: readonly Seen[]) =>
    new Set(group.map(({ photo }) => photo.person)).size === 1;
  const clear = same.filter(isClear);
  const contradictions = same
    .filter((group) => !isClear(group))
    .map((group) => group.map(({ photo }) => photo.name));
  return {
    photos: clear.map(([first]) => ({
      person: first!.photo.person,
      encoding: first!.encoding,
    })),
    looked,
    withoutFace: looked - seen.length,
    copies: clear.reduce((sum, group) => sum + group.length - 1, 0),
    contradictions,
    warnings: contradictions.map(
      (names) => `The same photo lies under two names and was left out: ${names.join(', ')}.`,
    ),
  };
}
