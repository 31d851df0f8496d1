import { LikenessError } from '../../../contract/errors.ts';
import { PersonName } from '../../../contract/values.ts';
import { isRefused } from '../../../foundation/files/refusals.ts';
import { insertActivity } from '../../../db/store.ts';
import { signalOf, type SeveralFaces } from '../analysis.ts';
import type { Handler, Handlers } from '../context.ts';
import { findLabeledPhotos, type LabeledPhoto } from '../encode-photos.ts';
import { enrollPhotos, summarize, type PhotoOutcome, type PhotoToEnroll } from './enroll.ts';

/** Repeating an import, also one that was cut off, completes it: no photo is enrolled twice. */
export const importFolder: Handler<'enrollment.importFolder'> = async (context, payload, call) => {
  const started = performance.now();
  const { photos: found, unused } = await findLabeledPhotos(payload.root);
  const photos = found.map((photo) => toEnroll(photo, payload.severalFaces));
  const { encoder, provider, warnings } = await context.host.request('warmUp', {}, signalOf(call));
  const named = photos.filter(({ name }) => nameError(name) === undefined);
  const outcomes = await enrollPhotos(context, encoder, named, call);
  const { people, ...summary } = summarize([...photos.flatMap(refusedName), ...outcomes]);
  const refused = [...unused.filter(isRefused), ...summary.refused];
  const counts = { enrolled: summary.enrolled, alreadyEnrolled: summary.alreadyEnrolled };
  context.store.write((tables) =>
    insertActivity(tables, {
      kind: 'imported',
      personId: null,
      counts: { ...counts, people: people.size, refused: refused.length },
      createdAt: context.now().toISOString(),
    }),
  );
  return {
    ...summary,
    refused,
    files: photos.length + unused.length,
    unused: [...unused, ...summary.refused],
    people: people.size,
    provider,
    warnings: [...new Set([...warnings, ...noPhotos(payload.root, photos), ...summary.warnings])],
    elapsedMs: performance.now() - started,
  };
};

const toEnroll = (photo: LabeledPhoto, severalFaces: SeveralFaces): PhotoToEnroll => ({
  name: PersonName.safeParse(photo.person).data ?? photo.person,
  image: { path: photo.path },
  label: `${photo.person}/${photo.name}`,
  severalFaces,
  paintings: 'refuse',
});

function nameError(name: string): LikenessError | undefined {
  const issue = PersonName.safeParse(name).error?.issues[0];
  if (issue === undefined) return undefined;
  return new LikenessError(
    'name_invalid',
    `The folder ${JSON.stringify(name)} cannot be a person's name: ${issue.message}. Rename it.`,
    { details: { name } },
  );
}

function refusedName(photo: PhotoToEnroll): PhotoOutcome[] {
  const error = nameError(photo.name);
  return error === undefined ? [] : [{ kind: 'refused', photo, error }];
}

const noPhotos = (root: string, photos: readonly PhotoToEnroll[]): string[] =>
  photos.length > 0
    ? []
    : [`${root} has no photos. Put the pictures of each person into a subfolder of that name.`];

export const importHandlers = {
  'enrollment.importFolder': importFolder,
} satisfies Partial<Handlers>;
