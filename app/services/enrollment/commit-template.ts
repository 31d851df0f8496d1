import path from 'node:path';
import {
  findPerson,
  findPersonByName,
  insertConsent,
  insertPerson,
  insertPortrait,
  insertTemplate,
  listConsents,
  ownersOfPhoto,
  type PersonRecord,
  type ReadableStore,
  type WritableStore,
} from '../../../db/store.ts';
import type { ImageSource, PhotoNote } from '../../../contract/values.ts';
import type { EncoderInfo } from '../../model-host/types.ts';
import { nameOf, type EncodedFace } from '../analysis.ts';
import type { ServiceContext } from '../context.ts';
import { namesakesOf } from '../person-reference.ts';
import type { PhotoOutcome, PhotoToEnroll } from './photo.ts';

export interface AnalyzedPhoto {
  readonly photo: PhotoToEnroll;
  readonly face: EncodedFace;
  /** SHA-256 of the photo file, hexadecimal. */
  readonly photoHash: string;
  readonly encoder: EncoderInfo;
  readonly warnings: readonly string[];
  readonly notes: readonly PhotoNote[];
}

/** Writes a template, with its person where that is the first one, and tells the gallery. */
export async function commitTemplate(
  { store, gallery, now }: ServiceContext,
  analyzed: AnalyzedPhoto,
): Promise<PhotoOutcome> {
  const { photo, face, encoder } = analyzed;
  const createdAt = now().toISOString();
  const { person, templateId, warnings } = store.write((tables) =>
    insertAll(tables, analyzed, createdAt),
  );
  if (templateId === undefined) return { kind: 'known', photo, person };
  await gallery.add(encoder, {
    templateIds: Int32Array.of(templateId),
    personIds: Int32Array.of(person.id),
    encodings: face.encoding,
  });
  const { notes } = analyzed;
  return { kind: 'enrolled', photo, person, warnings: [...analyzed.warnings, ...warnings], notes };
}

function insertAll(tables: WritableStore, analyzed: AnalyzedPhoto, createdAt: string) {
  const { photo, face, photoHash, encoder } = analyzed;
  const existing = findPersonByName(tables, photo.name);
  const person = existing ?? insertPerson(tables, photo.name, createdAt);
  const warnings = [
    ...(existing === undefined ? similarNames(tables, person) : []),
    ...otherOwners(tables, analyzed, person),
  ];
  const templateId = insertTemplate(tables, {
    personId: person.id,
    model: encoder,
    encoding: face.encoding,
    quality: face.quality.score,
    photoHash,
    source: sourceOf(photo.image),
    createdAt,
  });
  if (templateId !== undefined) {
    keepPortrait(tables, templateId, analyzed, person);
    noteConsent(tables, photo, person);
  }
  return { person, templateId, warnings };
}

/** A name that came with bytes is no path, whatever it looks like: nothing is read there later. */
const sourceOf = (image: ImageSource): string =>
  'path' in image ? image.path : path.win32.basename(image.name);

/** The host makes one only where the settings ask for it. */
function keepPortrait(
  tables: WritableStore,
  template: number,
  { face: { portrait: jpeg } }: AnalyzedPhoto,
  { id }: PersonRecord,
): void {
  if (jpeg !== undefined) insertPortrait(tables, { template, jpeg }, id);
}

/** All photos of one enrollment bring the same note; it is kept with the first. */
function noteConsent(
  tables: WritableStore,
  { consent }: PhotoToEnroll,
  { id }: PersonRecord,
): void {
  if (consent === undefined) return;
  const noted = listConsents(tables, id).some(
    ({ note, createdAt }) => note === consent.note && createdAt === consent.createdAt,
  );
  if (!noted) insertConsent(tables, id, consent);
}

function similarNames(tables: ReadableStore, person: PersonRecord): string[] {
  return namesakesOf(tables, person).map(
    ({ name }) => `${person.name} is new, beside ${name}. Merge them if they are one person.`,
  );
}

function otherOwners(
  tables: ReadableStore,
  { photo, photoHash, encoder }: AnalyzedPhoto,
  { id, name }: PersonRecord,
): string[] {
  // Somebody has pointed at a face: others of the photo may be other people's.
  if (photo.at !== undefined) return [];
  return ownersOfPhoto(tables, encoder, photoHash)
    .filter((owner) => owner !== id)
    .map((owner) => {
      const other = findPerson(tables, owner)?.name ?? `number ${owner}`;
      return `${nameOf(photo.image)} is enrolled for ${other} too, now for ${name}: one of the two is wrong.`;
    });
}
