import { LikenessError } from '../../contract/errors.ts';
import { PersonName } from '../../contract/values.ts';
import { isRefused } from '../../files/refusals.ts';
import { insertActivity } from '../../../db/store.ts';
import { signalOf, type SeveralFaces } from '../analysis.ts';
import type { Handler } from '../context.ts';
import { findLabelledPhotos, type LabelledPhoto } from '../labelled-photos.ts';
import { enrolPhotos } from './enrol-photos.ts';
import type { PhotoOutcome, PhotoToEnrol } from './photo.ts';
import { summarise } from './summary.ts';

/** Repeating an import, also one that was cut off, completes it: no photo is enrolled twice. */
export const importFolder: Handler<'enrolment.importFolder'> = async (context, payload, call) => {
  const started = performance.now();
  const { photos: found, unused } = await findLabelledPhotos(payload.root);
  const photos = found.map((photo) => toEnrol(photo, payload.severalFaces));
  const { encoder, provider, warnings } = await context.host.request('warmUp', {}, signalOf(call));
  const named = photos.filter(({ name }) => nameError(name) === undefined);
  const outcomes = await enrolPhotos(context, encoder, named, call);
  const { people, ...summary } = summarise([...photos.flatMap(refusedName), ...outcomes]);
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

const toEnrol = (photo: LabelledPhoto, severalFaces: SeveralFaces): PhotoToEnrol => ({
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

function refusedName(photo: PhotoToEnrol): PhotoOutcome[] {
  const error = nameError(photo.name);
  return error === undefined ? [] : [{ kind: 'refused', photo, error }];
}

const noPhotos = (root: string, photos: readonly PhotoToEnrol[]): string[] =>
  photos.length > 0
    ? []
    : [`${root} has no photos. Put the pictures of each person into a subfolder of that name.`];
