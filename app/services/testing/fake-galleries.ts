import { LikenessError } from '../../../contract/errors.ts';
import type { GalleryCandidate, HostPayload, HostResult } from '../../model-host/types.ts';

interface Entry {
  readonly personId: number;
  readonly encoding: Float32Array;
}

/** Galleries as the host keeps them, searched one template after the other. */
export class FakeGalleries {
  readonly #galleries = new Map<string, Map<number, Entry>>();

  load(payload: HostPayload<'galleryLoad'>): { size: number } {
    this.#galleries.set(keyOf(payload), new Map());
    return this.add(payload);
  }

  add(payload: HostPayload<'galleryAdd'>): { size: number } {
    const gallery = this.#galleryOf(payload);
    const { templateIds, personIds, encodings } = payload.templates;
    const dimension = encodings.length / templateIds.length;
    templateIds.forEach((id, i) => {
      if (gallery.has(id)) throw new LikenessError('internal', `Template ${id} was added twice.`);
      const encoding = encodings.slice(i * dimension, (i + 1) * dimension);
      gallery.set(id, { personId: personIds[i]!, encoding });
    });
    return { size: gallery.size };
  }

  remove({ templateIds }: HostPayload<'galleryRemove'>): null {
    for (const gallery of this.#galleries.values()) templateIds.forEach((id) => gallery.delete(id));
    return null;
  }

  search(payload: HostPayload<'gallerySearch'>): HostResult<'gallerySearch'> {
    const gallery = this.#galleryOf(payload);
    const dimension = [...gallery.values()][0]?.encoding.length ?? 1;
    const probes = Array.from({ length: payload.probes.length / dimension }, (_, i) =>
      payload.probes.subarray(i * dimension, (i + 1) * dimension),
    );
    return {
      matches: probes.map((probe) => nearest(gallery, probe).slice(0, payload.top)),
      people: new Set([...gallery.values()].map(({ personId }) => personId)).size,
    };
  }

  #galleryOf(payload: { modelId: string; modelVersion: string }): Map<number, Entry> {
    const gallery = this.#galleries.get(keyOf(payload));
    if (gallery === undefined) throw new LikenessError('model_incompatible', 'It was not loaded.');
    return gallery;
  }
}

const keyOf = ({ modelId, modelVersion }: { modelId: string; modelVersion: string }): string =>
  `${modelId} ${modelVersion}`;

/** The curve of the fake host's encoders. */
export const logOddsAt = (distance: number): number => 10 * (0.6 - distance);

function nearest(gallery: ReadonlyMap<number, Entry>, probe: Float32Array): GalleryCandidate[] {
  const best = new Map<number, GalleryCandidate>();
  for (const [templateId, { personId, encoding }] of gallery) {
    const distance = Math.hypot(...encoding.map((value, i) => value - probe[i]!));
    if (distance < (best.get(personId)?.distance ?? Infinity))
      best.set(personId, { personId, templateId, distance, logOdds: logOddsAt(distance) });
  }
  return [...best.values()].sort((a, b) => a.distance - b.distance);
}
