import type { DraftStyle } from './choices.ts';
import { facesOf, maskWithoutFaces } from './face-mask.ts';
import type { KnownPicture } from './pictures.ts';

type Faces = Awaited<ReturnType<typeof facesOf>>;

/** Keeps styles off the faces of the content, by masks. */
export class FaceProtection {
  #count = $state<number>();
  #faces: { readonly content: string; readonly found: Promise<Faces> } | undefined;
  /** No screen shows them. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #masks = new Map<string, Promise<KnownPicture>>();

  /** Faces of the content that was last looked at. */
  get count(): number | undefined {
    return this.#count;
  }

  /**
   * Path of a mask per style; undefined for one that needs none, because there is no face.
   *
   * @throws CallError
   */
  async masks(
    content: KnownPicture,
    styles: readonly DraftStyle[],
  ): Promise<readonly (string | undefined)[]> {
    const faces = await this.#find(content.path);
    this.#count = faces.faces.length;
    if (faces.faces.length === 0) return styles.map(({ mask }) => mask?.path);
    const masks = styles.map(({ mask }) => this.#mask(content.path, faces, mask));
    return (await Promise.all(masks)).map(({ path }) => path);
  }

  #find(content: string): Promise<Faces> {
    if (this.#faces?.content === content) return this.#faces.found;
    this.#count = undefined;
    this.#masks.clear();
    const found = facesOf(content);
    this.#faces = { content, found };
    found.catch(() => (this.#faces = undefined));
    return found;
  }

  #mask(
    content: string,
    { width, height, faces }: Faces,
    mask: KnownPicture | undefined,
  ): Promise<KnownPicture> {
    const key = `${content}\n${mask?.path ?? ''}`;
    const made =
      this.#masks.get(key) ??
      maskWithoutFaces({ width, height, boxes: faces.map(({ box }) => box), mask });
    this.#masks.set(key, made);
    made.catch(() => this.#masks.delete(key));
    return made;
  }
}
