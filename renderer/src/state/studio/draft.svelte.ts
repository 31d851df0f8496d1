import type { PaintingEstimate, PaintingSettings } from '../../../../app/contract/painting.ts';
import { api } from '../../api.ts';
import { describe } from '../toasts.svelte.ts';
import {
  choicesOf,
  extrasOf,
  settingsOf,
  usualChoices,
  type Choices,
  type DraftStyle,
  type Extras,
  type SettingsInput,
} from './choices.ts';
import { FaceProtection } from './face-protection.svelte.ts';
import { handOver, recall, type KnownPicture } from './pictures.ts';

export type Expectation =
  /** A picture is missing. */
  | { readonly kind: 'none' }
  | { readonly kind: 'asking' }
  | {
      readonly kind: 'known';
      readonly estimate: PaintingEstimate;
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'refused'; readonly message: string };

export const MOST_STYLES = 8;

/** The painting that is being prepared. */
class Draft {
  #content = $state.raw<KnownPicture>();
  #styles = $state.raw<readonly DraftStyle[]>([]);
  #choices = $state.raw<Choices>(usualChoices);
  #extras = $state.raw<Extras>({});
  #expectation = $state.raw<Expectation>({ kind: 'none' });
  #asked = 0;
  #lastKey = 0;
  readonly faces = new FaceProtection();

  get content(): KnownPicture | undefined {
    return this.#content;
  }

  get styles(): readonly DraftStyle[] {
    return this.#styles;
  }

  get choices(): Choices {
    return this.#choices;
  }

  get expectation(): Expectation {
    return this.#expectation;
  }

  get complete(): boolean {
    return this.#content !== undefined && this.#styles.length > 0;
  }

  choose(changes: Partial<Choices>): void {
    this.#choices = { ...this.#choices, ...changes };
  }

  /** @throws CallError where the file is no picture */
  async takeContent(file: File): Promise<void> {
    this.#content = await handOver(file);
  }

  clearContent(): void {
    this.#content = undefined;
  }

  /** @throws CallError where a file is no picture */
  async addStyles(files: readonly File[]): Promise<void> {
    for (const file of files) {
      const picture = await handOver(file);
      if (this.#styles.length < MOST_STYLES)
        this.#styles = [
          ...this.#styles,
          { key: ++this.#lastKey, picture, weight: 1, mask: undefined },
        ];
    }
  }

  changeStyle(key: number, changes: Partial<Pick<DraftStyle, 'weight' | 'mask'>>): void {
    this.#styles = this.#styles.map((style) =>
      style.key === key ? { ...style, ...changes } : style,
    );
  }

  removeStyle(key: number): void {
    this.#styles = this.#styles.filter((style) => style.key !== key);
  }

  /** @throws CallError where the file is no picture */
  async maskStyle(key: number, file: File): Promise<void> {
    this.changeStyle(key, { mask: await handOver(file) });
  }

  /**
   * Prepares a painting like one that was made.
   *
   * @throws CallError `file_not_found` where a picture of it is gone
   */
  async takeOver(settings: PaintingSettings): Promise<void> {
    const content = await recall(settings.content);
    const styles = await Promise.all(
      settings.styles.map(async ({ path, weight, mask }) => ({
        key: ++this.#lastKey,
        picture: await recall(path),
        weight,
        mask: mask === undefined ? undefined : await recall(mask),
      })),
    );
    this.#content = content;
    this.#styles = styles;
    this.#choices = choicesOf(settings);
    this.#extras = extrasOf(settings);
  }

  /** Asks what the painting will take. An answer that comes after a later question is dropped. */
  async estimate(): Promise<void> {
    const asked = ++this.#asked;
    if (!this.complete) {
      this.#expectation = { kind: 'none' };
      return;
    }
    if (this.#expectation.kind !== 'known') this.#expectation = { kind: 'asking' };
    const expectation = await this.#ask();
    if (asked === this.#asked) this.#expectation = expectation;
  }

  async #ask(): Promise<Expectation> {
    try {
      const settings = await this.settings();
      return { kind: 'known', ...(await api.call('styling.estimate', { settings })) };
    } catch (error) {
      return { kind: 'refused', message: describe(error) };
    }
  }

  /**
   * What is to be painted, masks for faces included.
   *
   * @throws CallError
   */
  async settings(): Promise<SettingsInput> {
    const [content, styles, choices] = [this.#content!, this.#styles, this.#choices];
    const masks = choices.protectFaces
      ? await this.faces.masks(content, styles)
      : styles.map(({ mask }) => mask?.path);
    const sources = styles.map(({ picture, weight }, index) => {
      const mask = masks[index];
      return { path: picture.path, weight, ...(mask === undefined ? {} : { mask }) };
    });
    return settingsOf(content.path, sources, choices, this.#extras);
  }
}

export const draft = new Draft();
