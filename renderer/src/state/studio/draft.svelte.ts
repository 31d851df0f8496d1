import type { PaintingEstimate, PaintingSettings } from '../../../../contract/paintings.ts';
import type { StoredPicture } from '../../../../contract/application.ts';
import { api, CallError } from '../../api.ts';
import { describe } from '../toasts.svelte.ts';
import {
  choicesOf,
  extrasOf,
  settingsOf,
  usualChoices,
  withStyle,
  type Choices,
  type DraftStyle,
  type Extras,
  type SettingsInput,
} from './choices.ts';
import { PhotoFaces } from './faces.svelte.ts';
import { handOver, recall, type KnownPicture } from './pictures.ts';
import { usualSize, type UsualSize } from './usual-size.ts';

export type Expectation =
  /** A picture is missing, or where a style goes. */
  | { readonly kind: 'none' }
  | { readonly kind: 'asking' }
  | {
      readonly kind: 'known';
      readonly estimate: PaintingEstimate;
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'refused'; readonly message: string };

export const MOST_STYLES = 8;
/** Pixels of the longer side at which a style is shown. */
const TILE_SIZE = 320;

/** The painting that is being prepared. */
class Draft {
  #content = $state.raw<KnownPicture>();
  #samples = $state.raw<readonly KnownPicture[]>([]);
  #styles = $state.raw<readonly DraftStyle[]>([]);
  #isMixing = $state(false);
  #choices = $state.raw<Choices>(usualChoices);
  #extras = $state.raw<Extras>({});
  #expectation = $state.raw<Expectation>({ kind: 'none' });
  /** The size that was found for this machine; undefined once a person has chosen one. */
  #usual = $state.raw<UsualSize>();
  #sizeIsChosen = false;
  /** The style whose place is being painted. */
  #brushing = $state<number>();
  #asking: AbortController | undefined;
  #lastKey = 0;
  #begun: Promise<void> | undefined;
  readonly faces = new PhotoFaces();

  get content(): KnownPicture | undefined {
    return this.#content;
  }

  /** Styles that ship with Likeness. */
  get samples(): readonly KnownPicture[] {
    return this.#samples;
  }

  get styles(): readonly DraftStyle[] {
    return this.#styles;
  }

  get isMixing(): boolean {
    return this.#isMixing;
  }

  get choices(): Choices {
    return this.#choices;
  }

  get expectation(): Expectation {
    return this.#expectation;
  }

  get usual(): UsualSize | undefined {
    return this.#usual;
  }

  get brushing(): DraftStyle | undefined {
    return this.#styles.find(({ key }) => key === this.#brushing);
  }

  /** A style that is to go where nothing was painted yet. */
  get unpainted(): DraftStyle | undefined {
    return this.#styles.find(({ place, mask }) => place === 'painted' && mask === undefined);
  }

  get complete(): boolean {
    const hasPictures = this.#content !== undefined && this.#styles.length > 0;
    return hasPictures && this.unpainted === undefined;
  }

  /** Lays a sample photo and a style out, where nothing lies there yet. @throws CallError */
  async begin(): Promise<void> {
    this.#begun ??= this.#layOut();
    try {
      await this.#begun;
    } catch (error) {
      this.#begun = undefined;
      throw error;
    }
  }

  async #layOut(): Promise<void> {
    const { photos, styles } = await api.call('samples.styles', {});
    const shown = async (stored: StoredPicture, size?: number) => ({
      ...(await recall(stored.path, size)),
      ...stored,
    });
    const [photo] = photos;
    const content = photo === undefined ? undefined : await shown(photo);
    this.#content ??= content;
    this.#samples = await Promise.all(styles.map((style) => shown(style, TILE_SIZE)));
    const [style] = this.#samples;
    if (style !== undefined && this.#styles.length === 0) this.#put(style, style.name);
  }

  choose(changes: Partial<Choices>): void {
    if (changes.size !== undefined) {
      this.#sizeIsChosen = true;
      this.#usual = undefined;
    }
    this.#choices = { ...this.#choices, ...changes };
  }

  /** @throws CallError where the file is no picture */
  async takeContent(file: File): Promise<void> {
    this.#content = await handOver(file);
    // What was painted on another photo says nothing about this one.
    this.#brushing = undefined;
    this.#styles = this.#styles.map((style) =>
      style.place === 'painted' ? { ...style, place: 'everywhere', mask: undefined } : style,
    );
  }

  clearContent(): void {
    this.#content = undefined;
    this.#brushing = undefined;
  }

  /** Several styles are mixed; else the first alone remains. */
  mix(isMixing: boolean): void {
    this.#isMixing = isMixing;
    if (!isMixing) this.#styles = this.#styles.slice(0, 1);
  }

  /** Chooses a style that ships with Likeness, or, where several are mixed, takes it away again. */
  chooseSample(sample: KnownPicture): void {
    const present = this.#styles.find((style) => style.sample === sample.name);
    if (present === undefined) this.#put(sample, sample.name);
    else if (this.#styles.length > 1) this.removeStyle(present.key);
  }

  /** @throws CallError where a file is no picture */
  async addStyles(files: readonly File[]): Promise<void> {
    if (files.length > 1) this.#isMixing = true;
    for (const file of files) this.#put(await handOver(file), undefined);
  }

  #put(picture: KnownPicture, sample: string | undefined): void {
    const key = ++this.#lastKey;
    const style = {
      key,
      picture,
      sample,
      weight: 1,
      place: 'everywhere',
      mask: undefined,
    } as const;
    const isMixing = this.#isMixing;
    this.#styles = withStyle(this.#styles, style, { isMixing, most: MOST_STYLES });
    if (this.#brushing !== undefined && !isMixing) this.#brushing = key;
  }

  changeStyle(key: number, changes: Partial<Pick<DraftStyle, 'weight' | 'place' | 'mask'>>): void {
    this.#styles = this.#styles.map((style) =>
      style.key === key ? { ...style, ...changes } : style,
    );
  }

  removeStyle(key: number): void {
    this.#styles = this.#styles.filter((style) => style.key !== key);
    if (this.#brushing === key) this.#brushing = undefined;
  }

  /** Paints with a brush where a style goes; undefined: no more. */
  brush(key: number | undefined): void {
    this.#brushing = key;
    if (key !== undefined) this.changeStyle(key, { place: 'painted' });
  }

  /**
   * Prepares a painting like one that was made.
   *
   * @throws CallError `file_not_found` where a picture of it is gone
   */
  async takeOver(settings: PaintingSettings): Promise<void> {
    const content = await recall(settings.content);
    const styles = await Promise.all(
      settings.styles.map(async ({ path, weight, mask }): Promise<DraftStyle> => {
        const picture = await recall(path);
        const sample = this.#samples.find((one) => one.path === path)?.name;
        const painted = mask === undefined ? undefined : await recall(mask);
        const place = painted === undefined ? 'everywhere' : 'painted';
        return { key: ++this.#lastKey, picture, sample, weight, place, mask: painted };
      }),
    );
    this.#content = content;
    this.#styles = styles;
    this.#isMixing = styles.length > 1;
    this.#brushing = undefined;
    this.#sizeIsChosen = true;
    this.#usual = undefined;
    this.#choices = choicesOf(settings);
    this.#extras = extrasOf(settings);
  }

  /** Asks what the painting will take; a later question stops an earlier one. */
  async estimate(): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    if (!this.complete) {
      this.#expectation = { kind: 'none' };
      return;
    }
    if (this.#expectation.kind !== 'known') this.#expectation = { kind: 'asking' };
    const expectation = await this.#ask(asking.signal);
    if (!asking.signal.aborted) this.#expectation = expectation;
  }

  async #ask(signal: AbortSignal): Promise<Expectation> {
    try {
      const settings = await this.settings();
      if (this.#sizeIsChosen) return await this.#estimateOf(settings, signal);
      return await this.#estimateAtUsualSize(settings, signal);
    } catch (error) {
      return { kind: 'refused', message: describe(error) };
    }
  }

  async #estimateAtUsualSize(settings: SettingsInput, signal: AbortSignal): Promise<Expectation> {
    // No screen shows it.
    // eslint-disable-next-line svelte/prefer-svelte-reactivity
    const known = new Map<number, Expectation & { kind: 'known' }>();
    const at = async (size: number) => {
      const found = known.get(size) ?? (await this.#estimateOf({ ...settings, size }, signal));
      known.set(size, found);
      return found;
    };
    const usual = await usualSize(async (size) => (await at(size)).estimate.seconds);
    const expectation = await at(usual.size);
    if (!signal.aborted && !this.#sizeIsChosen) {
      this.#usual = usual;
      if (this.#choices.size !== usual.size) this.#choices = { ...this.#choices, size: usual.size };
    }
    return expectation;
  }

  async #estimateOf(
    settings: SettingsInput,
    signal: AbortSignal,
  ): Promise<Expectation & { kind: 'known' }> {
    const ask = () => api.call('paintings.estimate', { settings }, { signal });
    // The process that computes may die of something else; it starts again with the next question.
    const answer = await ask().catch((error: unknown) => {
      if (error instanceof CallError && error.code === 'host_crashed') return ask();
      throw error;
    });
    return { kind: 'known', ...answer };
  }

  /**
   * What is to be painted, masks for faces included.
   *
   * @throws CallError
   */
  async settings(): Promise<SettingsInput> {
    const [content, styles, choices] = [this.#content!, this.#styles, this.#choices];
    const masks = await this.faces.masks(content, styles, choices.protectFaces);
    const sources = styles.map(({ picture, weight }, index) => {
      const mask = masks[index];
      return { path: picture.path, weight, ...(mask === undefined ? {} : { mask }) };
    });
    return settingsOf(content.path, sources, choices, this.#extras);
  }
}

export const draft = new Draft();
