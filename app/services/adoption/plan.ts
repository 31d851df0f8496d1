import {
  listPeople,
  listTemplates,
  type ModelKey,
  type ReadableStore,
  type TemplateRecord,
} from '../../../db/store.ts';

/** A photo that somebody is enrolled with, whatever models have encoded it. */
export interface EnrolledPhoto {
  readonly personId: number;
  /** SHA-256 of the photo file, hexadecimal. */
  readonly photoHash: string;
  /** Path or name, where it is known. */
  readonly source: string | null;
  /** A template that has a portrait. */
  readonly portrait: number | null;
  /** 0…1. */
  readonly quality: number;
  /** The model has a template of it. */
  readonly present: boolean;
}

export interface EnrolledPerson {
  readonly personId: number;
  readonly name: string;
  readonly photos: readonly EnrolledPhoto[];
}

/** Everyone who is enrolled, with their photos, and which of these a model has encoded. */
export function planAdoption(tables: ReadableStore, model: ModelKey): readonly EnrolledPerson[] {
  return listPeople(tables)
    .map(({ id, name }) => ({
      personId: id,
      name,
      photos: photosOf(listTemplates(tables, id), model),
    }))
    .filter(({ photos }) => photos.length > 0);
}

/** Another name for the same photo of the same person. */
export const keyOf = ({ personId, photoHash }: EnrolledPhoto): string => `${personId}/${photoHash}`;

export const isOf = (
  { modelId, modelVersion }: TemplateRecord,
  { id, version }: ModelKey,
): boolean => modelId === id && modelVersion === version;

function photosOf(templates: readonly TemplateRecord[], model: ModelKey): EnrolledPhoto[] {
  const byPhoto = Map.groupBy(templates, ({ photoHash }) => photoHash);
  return [...byPhoto.values()].map((same) => {
    const { personId, photoHash, quality } = same[0]!;
    return {
      personId,
      photoHash,
      quality,
      source: same.find(({ source }) => source !== null)?.source ?? null,
      portrait: same.find(({ hasPortrait }) => hasPortrait)?.id ?? null,
      present: same.some((template) => isOf(template, model)),
    };
  });
}
