import type { ListedPerson } from '../../../contract/people.ts';
import { extended, inOrder, matching, toggled, type Sorting } from './gallery.ts';
import { language } from './language.svelte.ts';
import { people } from './people.svelte.ts';

/** What the gallery shows and where it stands; kept while somebody looks at a person. */
class Gallery {
  query = $state('');
  sorting = $state<Sorting>('name');
  /** The hidden people are shown, and nobody else. */
  ofHidden = $state(false);
  /** Pixels that the gallery is scrolled by. */
  scrolled = 0;
  /** Whose page was opened last: the focus comes back there. */
  opened: number | undefined;

  #choosing = $state(false);
  #chosen = $state.raw<ReadonlySet<number>>(new Set());
  #pressed: number | undefined;

  readonly #ordered = $derived(inOrder(people.list ?? [], this.sorting, language.code));
  readonly #all = $derived(this.#ordered.filter(({ hidden }) => hidden === this.ofHidden));
  readonly #found = $derived(matching(this.#all, this.query, language.code));
  readonly #picked = $derived(this.#ordered.filter(({ id }) => this.#chosen.has(id)));

  /** Of the side that is shown, whether the search finds them or not. */
  get all(): readonly ListedPerson[] {
    return this.#all;
  }

  get found(): readonly ListedPerson[] {
    return this.#found;
  }

  get hiddenCount(): number {
    return this.#ordered.filter(({ hidden }) => hidden).length;
  }

  get choosing(): boolean {
    return this.#choosing;
  }

  /** Whoever is chosen and still there. */
  get chosen(): readonly ListedPerson[] {
    return this.#picked;
  }

  isChosen(id: number): boolean {
    return this.#chosen.has(id);
  }

  /** `through`: with everyone between this one and the one pressed before. */
  press(id: number, through = false): void {
    const shown = this.#found.map((person) => person.id);
    this.#choosing = true;
    this.#chosen = through
      ? extended(this.#chosen, shown, this.#pressed, id)
      : toggled(this.#chosen, id);
    this.#pressed = id;
  }

  readonly startChoosing = (): void => {
    this.#choosing = true;
  };

  readonly chooseAll = (): void => {
    this.#choosing = true;
    this.#chosen = new Set([...this.#chosen, ...this.#found.map(({ id }) => id)]);
  };

  readonly endChoosing = (): void => {
    this.#choosing = false;
    this.#chosen = new Set();
    this.#pressed = undefined;
  };

  /** Changes to the hidden people, or back to the others. */
  readonly turn = (): void => {
    this.ofHidden = !this.ofHidden;
    this.query = '';
    this.scrolled = 0;
    this.endChoosing();
  };
}

export const gallery = new Gallery();
