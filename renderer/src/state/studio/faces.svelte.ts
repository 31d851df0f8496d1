import { SvelteSet } from 'svelte/reactivity';
import type { Box } from '../../../../contract/values.ts';
import { api } from '../../api.ts';
import type { DraftStyle } from './choices.ts';
import { composeMask } from './compose-mask.ts';
import type { KnownPicture } from './pictures.ts';

interface Found {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
}

/** The faces of the photo to paint, and which of them no style may touch. */
export class PhotoFaces {
  #found = $state.raw<Found>();
  #search: { readonly content: string; readonly found: Promise<Found> } | undefined;
  /** Numbers of those that may be painted although faces are protected. */
  readonly #released = new SvelteSet<number>();
  /** No screen shows them. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #masks = new Map<string, Promise<KnownPicture>>();

  /** In pixels of the upright photo; undefined until they are looked for. */
  get found(): Found | undefined {
    return this.#found;
  }

  /** Of the faces that were found. */
  get protectedCount(): number {
    return (this.#found?.boxes.length ?? 0) - this.#released.size;
  }

  isProtected(face: number): boolean {
    return !this.#released.has(face);
  }

  switch(face: number): void {
    if (!this.#released.delete(face)) this.#released.add(face);
  }

  /** Looks for the faces of a photo, once. @throws CallError */
  async find(content: string): Promise<Found> {
    if (this.#search?.content === content) return await this.#search.found;
    this.#found = undefined;
    this.#released.clear();
    this.#masks.clear();
    const found = api
      .call('faces.detect', { image: { path: content } })
      .then(({ width, height, faces }) => ({ width, height, boxes: faces.map(({ box }) => box) }));
    const search = { content, found };
    this.#search = search;
    try {
      const result = await found;
      if (this.#isLast(search)) this.#found = result;
      return result;
    } catch (error) {
      if (this.#isLast(search)) this.#search = undefined;
      throw error;
    }
  }

  /** No other photo was asked about meanwhile. */
  #isLast(search: object): boolean {
    return this.#search === search;
  }

  /**
   * Path of a mask per style; undefined for one that goes everywhere.
   *
   * @throws CallError
   */
  async masks(
    content: KnownPicture,
    styles: readonly DraftStyle[],
    isProtecting: boolean,
  ): Promise<readonly (string | undefined)[]> {
    if (!isProtecting && styles.every(({ place }) => place === 'everywhere' || place === 'painted'))
      return styles.map(({ place, mask }) => (place === 'painted' ? mask?.path : undefined));
    const found = await this.find(content.path);
    const kept = isProtecting ? found.boxes.filter((_, face) => this.isProtected(face)) : [];
    return await Promise.all(styles.map((style) => this.#mask(content, found, kept, style)));
  }

  async #mask(
    content: KnownPicture,
    { width, height, boxes }: Found,
    kept: readonly Box[],
    { place, mask }: DraftStyle,
  ): Promise<string | undefined> {
    const onFaces = boxes.length === 0 && place !== 'painted' ? 'everywhere' : place;
    if (kept.length === 0 && onFaces === 'everywhere') return undefined;
    if (kept.length === 0 && onFaces === 'painted') return mask?.path;
    const key = JSON.stringify([content.path, onFaces, mask?.path, kept]);
    const wish = { width, height, faces: boxes, kept, place: onFaces, mask };
    const made = this.#masks.get(key) ?? composeMask(wish);
    this.#masks.set(key, made);
    made.catch(() => this.#masks.delete(key));
    return (await made).path;
  }
}
