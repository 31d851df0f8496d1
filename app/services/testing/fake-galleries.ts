import { LikenessError } from '../../../contract/errors.ts';
import { Galleries } from '../../../native-models/gallery/galleries.ts';
import type { HostPayload, HostResult } from '../../model-host/types.ts';

/** The host's own galleries; what must not happen to them is noticed. */
export class FakeGalleries {
  readonly #galleries = new Galleries();
  readonly #added = new Map<string, Set<number>>();

  load(payload: HostPayload<'galleryLoad'>): { size: number } {
    const { dimension, templates, exclusions } = payload;
    this.#added.set(keyOf(payload), new Set(templates.templateIds));
    return { size: this.#galleries.load(payload, dimension, templates, exclusions) };
  }

  add(payload: HostPayload<'galleryAdd'>): { size: number } {
    const added = this.#added.get(keyOf(payload));
    for (const id of payload.templates.templateIds) {
      if (added?.has(id) === true)
        throw new LikenessError('internal', `Template ${id} was added twice.`);
      added?.add(id);
    }
    return { size: this.#galleries.add(payload, payload.templates) };
  }

  remove({ templateIds }: HostPayload<'galleryRemove'>): null {
    this.#galleries.remove(templateIds);
    for (const added of this.#added.values()) templateIds.forEach((id) => added.delete(id));
    return null;
  }

  search(payload: HostPayload<'gallerySearch'>): HostResult<'gallerySearch'> {
    const matches = this.#galleries
      .search(payload, payload.probes, payload.top)
      .map((found) => found.map((match) => ({ ...match, logOdds: logOddsAt(match.distance) })));
    return { matches, people: this.#galleries.people(payload) };
  }
}

const keyOf = ({ modelId, modelVersion }: { modelId: string; modelVersion: string }): string =>
  `${modelId} ${modelVersion}`;

/** The curve of the fake host's encoders. */
export const logOddsAt = (distance: number): number => 10 * (0.6 - distance);
