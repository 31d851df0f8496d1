import { LikenessError } from '../../contract/errors.ts';
import {
  GalleryIndex,
  type Candidate,
  type ExclusionRows,
  type TemplateRows,
} from './gallery-index.ts';

/** Templates are comparable only where both agree. */
export interface EncoderVersion {
  readonly modelId: string;
  readonly modelVersion: string;
}

/** One index per encoder and version: templates of different models never meet. */
export class Galleries {
  private readonly indexes = new Map<string, GalleryIndex>();

  /** Replaces all templates and exclusions of one model; it may be called with none, which opens the gallery. */
  load(
    encoder: EncoderVersion,
    dimension: number,
    templates: TemplateRows,
    exclusions: ExclusionRows = nobodyExcluded,
  ): number {
    const index = new GalleryIndex(dimension);
    index.add(templates);
    index.exclude(exclusions);
    this.indexes.set(keyOf(encoder), index);
    return index.size;
  }

  /** Whether the gallery of this model was loaded, be it without a template. */
  has(encoder: EncoderVersion): boolean {
    return this.indexes.has(keyOf(encoder));
  }

  /** @returns the number of templates afterwards */
  add(encoder: EncoderVersion, templates: TemplateRows): number {
    const index = this.indexOf(encoder);
    index.add(templates);
    return index.size;
  }

  /** Removes templates by number, whichever model they are of. */
  remove(templateIds: Int32Array): void {
    for (const index of this.indexes.values()) index.remove(templateIds);
  }

  /**
   * Per probe the nearest template of each of the `top` nearest people who may be named, nearest first.
   *
   * @param probes float32[probes × dimension]
   * @throws LikenessError model_incompatible where the probes are not of the gallery's model.
   */
  search(
    encoder: EncoderVersion,
    probes: Float32Array,
    top: number,
  ): readonly (readonly Candidate[])[] {
    const index = this.indexOf(encoder);
    const { dimension } = index;
    if (probes.length % dimension !== 0)
      throw new LikenessError(
        'model_incompatible',
        `Probes of ${dimension} values were expected, but ${probes.length} values came.`,
      );
    return Array.from({ length: probes.length / dimension }, (_, i) =>
      index.search(probes.subarray(i * dimension, (i + 1) * dimension), top),
    );
  }

  /** Number of people in the gallery of this model. */
  people(encoder: EncoderVersion): number {
    return this.indexOf(encoder).people;
  }

  /** float32[dimension] of a template that a search has just named. */
  encoding(encoder: EncoderVersion, templateId: number): Float32Array {
    const encoding = this.indexOf(encoder).encodingOf(templateId);
    if (encoding !== undefined) return encoding;
    throw new LikenessError('internal', `The gallery has no template ${templateId}.`);
  }

  private indexOf(encoder: EncoderVersion): GalleryIndex {
    const index = this.indexes.get(keyOf(encoder));
    if (index !== undefined) return index;
    throw new LikenessError(
      'model_incompatible',
      `There is no gallery of the model ${encoder.modelId} ${encoder.modelVersion}. ` +
        'Templates can only be compared with those of the same model: enroll the people with it.',
      { details: { ...encoder } },
    );
  }
}

const nobodyExcluded: ExclusionRows = {
  personIds: new Int32Array(0),
  encodings: new Float32Array(0),
};

const keyOf = ({ modelId, modelVersion }: EncoderVersion) =>
  JSON.stringify([modelId, modelVersion]);
