import { LikenessError } from '../../contract/errors.ts';
import { isUsableEncoding, type PersonId } from '../../contract/values.ts';
import {
  change,
  select,
  selectCount,
  selectEach,
  type ReadableStore,
  type WritableStore,
} from '../access.ts';
import { eraseFromCopies } from './copies.ts';
import type { LookupKey, Sealed } from './personal.ts';
import { resealPortrait } from './portraits.ts';

/** Templates of different models, or versions of one, are never compared. */
export interface ModelKey {
  readonly id: string;
  readonly version: string;
}

export interface NewTemplate {
  readonly personId: PersonId;
  readonly model: ModelKey;
  /** float32[dimension of the model]. */
  readonly encoding: Float32Array;
  /** 0…1. */
  readonly quality: number;
  /** SHA-256 of the photo file, hexadecimal. */
  readonly photoHash: string;
  /** Path or name of the photo. */
  readonly source: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** A template without its encoding. */
export interface TemplateRecord {
  readonly id: number;
  readonly personId: PersonId;
  readonly modelId: string;
  readonly modelVersion: string;
  readonly quality: number;
  readonly photoHash: string;
  readonly source: string | null;
  readonly hasPortrait: boolean;
  readonly createdAt: string;
}

/** All templates of one model, ready to be sent to the search index. */
export interface GalleryRows {
  readonly templateIds: Int32Array;
  readonly personIds: Int32Array;
  /** float32[templates × dimension], row after row. */
  readonly encodings: Float32Array;
  /** Templates whose encoding cannot be compared; they are left out. */
  readonly damaged: number;
}

interface Row extends Omit<TemplateRecord, 'photoHash' | 'source' | 'hasPortrait'> {
  readonly hasPortrait: 0 | 1;
  readonly photoKey: LookupKey;
  readonly source: Sealed<string> | null;
}

interface SealedRow {
  readonly id: number;
  readonly encoding: Sealed<Float32Array>;
  readonly source: Sealed<string> | null;
}

interface GalleryRow {
  readonly id: number;
  readonly personId: PersonId;
  readonly encoding: Sealed<Float32Array>;
}

/**
 * Gives the new template's number, or undefined where this person has one of this photo and model.
 *
 * @throws LikenessError `encoding_invalid` where the encoding is zero or has values that are no numbers
 */
export function insertTemplate(store: WritableStore, template: NewTemplate): number | undefined {
  const { personal } = store;
  const { personId, model } = template;
  if (!isUsableEncoding(template.encoding))
    throw new LikenessError(
      'encoding_invalid',
      `The encoding of ${template.source} is zero, or has values that are no numbers. It was not kept.`,
      { details: { source: template.source, model: model.id } },
    );
  const [row] = select<{ id: number }>(
    store,
    `INSERT INTO templates
       (person_id, model_id, model_version, encoding, quality, photo_key, source, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING RETURNING id`,
    personId,
    model.id,
    model.version,
    personal.sealEncoding(template.encoding, personId),
    template.quality,
    personal.photoKey(template.photoHash),
    personal.sealText(template.source, personId),
    template.createdAt,
  );
  return row?.id;
}

export function listTemplates(store: ReadableStore, personId: PersonId): TemplateRecord[] {
  return select<Row>(
    store,
    `SELECT id, person_id AS personId, model_id AS modelId, model_version AS modelVersion,
       quality, photo_key AS photoKey, source, created_at AS createdAt,
       EXISTS (SELECT 1 FROM portraits WHERE template_id = templates.id) AS hasPortrait
     FROM templates WHERE person_id = ? ORDER BY id`,
    personId,
  ).map((row) => open(store, row));
}

/** Everyone who has a template of this photo made by this model. */
export function ownersOfPhoto(
  store: ReadableStore,
  model: ModelKey,
  photoHash: string,
): PersonId[] {
  return select<{ id: PersonId }>(
    store,
    `SELECT person_id AS id FROM templates
     WHERE photo_key = ? AND model_id = ? AND model_version = ? ORDER BY person_id`,
    store.personal.photoKey(photoHash),
    model.id,
    model.version,
  ).map(({ id }) => id);
}

export const countTemplates = (store: ReadableStore): number =>
  selectCount(store, 'SELECT count(*) AS count FROM templates');

export const countTemplatesOf = (store: ReadableStore, model: ModelKey): number =>
  selectCount(
    store,
    'SELECT count(*) AS count FROM templates WHERE model_id = ? AND model_version = ?',
    model.id,
    model.version,
  );

export const countPeopleWithTemplates = (store: ReadableStore, model: ModelKey): number =>
  selectCount(
    store,
    `SELECT count(DISTINCT person_id) AS count FROM templates
     WHERE model_id = ? AND model_version = ?`,
    model.id,
    model.version,
  );

/**
 * Moves one person's templates to another and gives the number moved. A photo that both have
 * stays where it was. Sealed columns belong to their owner, so each is opened and sealed again.
 */
export function moveTemplates(store: WritableStore, from: PersonId, into: PersonId): number {
  return sealedRows(store, from).reduce(
    (moved, row) => moved + moveTemplate(store, row, from, into),
    0,
  );
}

/** The same for some templates; those of other people than `from` are left alone. */
export function moveSomeTemplates(
  store: WritableStore,
  templates: readonly number[],
  from: PersonId,
  into: PersonId,
): number {
  const wanted = new Set(templates);
  return sealedRows(store, from)
    .filter(({ id }) => wanted.has(id))
    .reduce((moved, row) => moved + moveTemplate(store, row, from, into), 0);
}

/**
 * Removes the templates that all models made of a template's photo, for its person, and gives their
 * numbers: a photo that is to be forgotten must not come back with another model, nor with a former
 * state of the database.
 */
export function removePhoto(store: WritableStore, template: number): number[] {
  eraseFromCopies(store);
  return select<{ id: number }>(
    store,
    `DELETE FROM templates WHERE (person_id, photo_key) =
       (SELECT person_id, photo_key FROM templates WHERE id = ?) RETURNING id`,
    template,
  ).map(({ id }) => id);
}

/** float32[dimension] of each template that a person has of one model. */
export const readEncodingsOf = (
  store: ReadableStore,
  model: ModelKey,
  person: PersonId,
): Float32Array[] =>
  select<Pick<GalleryRow, 'encoding'>>(
    store,
    `SELECT encoding FROM templates
     WHERE person_id = ? AND model_id = ? AND model_version = ? ORDER BY id`,
    ...[person, model.id, model.version],
  ).map(({ encoding }) => {
    const opened = new Float32Array(store.personal.dimension(encoding));
    store.personal.openEncoding(encoding, person, opened);
    return opened;
  });

/** How many templates of any model have an encoding that cannot be compared. */
export function countDamagedTemplates(store: ReadableStore): number {
  let damaged = 0;
  for (const { personId, encoding } of selectEach<GalleryRow>(
    store,
    'SELECT id, person_id AS personId, encoding FROM templates',
  )) {
    const opened = new Float32Array(store.personal.dimension(encoding));
    store.personal.openEncoding(encoding, personId, opened);
    if (!isUsableEncoding(opened)) damaged += 1;
  }
  return damaged;
}

/** All templates of one model, by number; empty arrays where there are none. */
export function readGallery(store: ReadableStore, model: ModelKey): GalleryRows {
  const size = countTemplatesOf(store, model);
  const templateIds = new Int32Array(size);
  const personIds = new Int32Array(size);
  let encodings = new Float32Array(0);
  let dimension = 0;
  let at = 0;
  let damaged = 0;
  for (const { id, personId, encoding } of galleryRows(store, model)) {
    if (dimension === 0) {
      dimension = store.personal.dimension(encoding);
      encodings = new Float32Array(size * dimension);
    }
    assertDimension(id, store.personal.dimension(encoding), dimension);
    templateIds[at] = id;
    personIds[at] = personId;
    const target = encodings.subarray(at * dimension, (at + 1) * dimension);
    store.personal.openEncoding(encoding, personId, target);
    if (isUsableEncoding(target)) at += 1;
    else damaged += 1;
  }
  if (damaged === 0) return { templateIds, personIds, encodings, damaged };
  return {
    templateIds: templateIds.slice(0, at),
    personIds: personIds.slice(0, at),
    encodings: encodings.slice(0, at * dimension),
    damaged,
  };
}

const galleryRows = (store: ReadableStore, model: ModelKey): Iterable<GalleryRow> =>
  selectEach<GalleryRow>(
    store,
    `SELECT id, person_id AS personId, encoding FROM templates
     WHERE model_id = ? AND model_version = ? ORDER BY id`,
    model.id,
    model.version,
  );

const sealedRows = (store: ReadableStore, person: PersonId): SealedRow[] =>
  select<SealedRow>(
    store,
    'SELECT id, encoding, source FROM templates WHERE person_id = ? ORDER BY id',
    person,
  );

function assertDimension(id: number, found: number, expected: number): void {
  if (found === expected) return;
  throw new LikenessError(
    'database_corrupt',
    `Template ${id} has ${found} values where the others of its model have ${expected}.`,
    { details: { template: id, found, expected } },
  );
}

function moveTemplate(
  store: WritableStore,
  row: SealedRow,
  from: PersonId,
  into: PersonId,
): number {
  const { personal } = store;
  const encoding = new Float32Array(personal.dimension(row.encoding));
  personal.openEncoding(row.encoding, from, encoding);
  const moved = change(
    store,
    'UPDATE OR IGNORE templates SET person_id = ?, encoding = ?, source = ? WHERE id = ?',
    into,
    personal.sealEncoding(encoding, into),
    row.source && personal.sealText(personal.openText(row.source, from), into),
    row.id,
  );
  if (moved === 1) resealPortrait(store, row.id, from, into);
  return moved;
}

const open = ({ personal }: ReadableStore, { photoKey, ...row }: Row): TemplateRecord => ({
  ...row,
  hasPortrait: row.hasPortrait === 1,
  photoHash: personal.showPhotoKey(photoKey),
  source: row.source && personal.openText(row.source, row.personId),
});
