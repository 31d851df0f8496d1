import { SvelteMap } from 'svelte/reactivity';
import type { Person } from '../../../app/contract/people-commands.ts';
import { api } from '../api.ts';

/** Portraits that are kept in memory; a few kilobytes each. */
const KEPT = 1_000;
const BATCH = 100;

/** The gallery, and small pictures of it as they come into view. */
class People {
  #list = $state.raw<readonly Person[]>();
  readonly #portraits = new SvelteMap<number, Uint8Array>();
  readonly #wanted = new Set<number>();
  readonly #asked = new Set<number>();
  #listening = false;

  /** Undefined until it has come. */
  get list(): readonly Person[] | undefined {
    return this.#list;
  }

  portrait(template: number | null): Uint8Array | undefined {
    return template === null ? undefined : this.#portraits.get(template);
  }

  /** Reads the list, and reads it again whenever somebody changes it. @throws CallError */
  async load(): Promise<void> {
    if (!this.#listening) {
      this.#listening = true;
      api.on('people.changed', () => void this.#read().catch(() => undefined));
    }
    await this.#read();
  }

  /** Fetches what is missing of these portraits, many at once. */
  want(templates: readonly (number | null)[]): void {
    const before = this.#wanted.size;
    for (const id of templates) if (id !== null && !this.#asked.has(id)) this.#wanted.add(id);
    if (before === 0 && this.#wanted.size > 0) this.#soon();
  }

  async #read(): Promise<void> {
    this.#list = (await api.call('people.list', {})).people;
  }

  #soon(): void {
    setTimeout(() => void this.#fetch().catch(() => this.#asked.clear()), 20);
  }

  async #fetch(): Promise<void> {
    const templates = [...this.#wanted].slice(0, BATCH);
    templates.forEach((id) => {
      this.#wanted.delete(id);
      this.#asked.add(id);
    });
    if (this.#wanted.size > 0) this.#soon();
    const { portraits } = await api.call('people.portraits', { templates });
    for (const { template, jpeg } of portraits) this.#portraits.set(template, jpeg);
    this.#forget();
  }

  #forget(): void {
    for (const id of this.#portraits.keys()) {
      if (this.#portraits.size <= KEPT) break;
      this.#portraits.delete(id);
      this.#asked.delete(id);
    }
  }
}

export const people = new People();
