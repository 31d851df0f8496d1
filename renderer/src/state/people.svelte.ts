import { SvelteMap } from 'svelte/reactivity';
import type { ListedPerson } from '../../../contract/people.ts';
import { api, type CommandOutput } from '../api.ts';
import { language } from './language.svelte.ts';
import { router } from './router.svelte.ts';
import { toasts } from './toasts.svelte.ts';

export type Receipt = CommandOutput<'people.delete'>;
export type Similar = CommandOutput<'people.similar'>['similar'][number];

/** Portraits that are kept in memory; a few kilobytes each. */
const KEPT = 1_000;
const BATCH = 100;

/**
 * Says what was done to people, with *Undo* beside it, which shows the person afterwards.
 *
 * @param tickets of the commands' results, in their order
 */
export function sayUndoable(text: string, ...tickets: readonly string[]): void {
  toasts.undoable(text, async () => {
    let shown = 0;
    for (const ticket of tickets.toReversed())
      shown = (await api.call('people.undo', { ticket })).person;
    toasts.good(language.words.people.undone);
    if (tickets.length === 1) router.go('people', shown);
  });
}

/** The gallery, small pictures of it as they come into view, and what is done to several people. */
class People {
  #list = $state.raw<readonly ListedPerson[]>();
  readonly #portraits = new SvelteMap<number, Uint8Array>();
  readonly #wanted = new Set<number>();
  readonly #asked = new Set<number>();
  #listening = false;
  #reading: Promise<void> | undefined;
  /** Readings that were asked for. */
  #wishes = 0;

  /** Undefined until it has come. */
  get list(): readonly ListedPerson[] | undefined {
    return this.#list;
  }

  find(id: number): ListedPerson | undefined {
    return this.#list?.find((person) => person.id === id);
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

  /** Who looks most like a person, nearest first; with `among`, how near those are. @throws CallError */
  async similar(person: number, among?: readonly number[]): Promise<readonly Similar[]> {
    const input = among === undefined ? { person } : { person, among: [...among] };
    return (await api.call('people.similar', input)).similar;
  }

  /** Several become one, who keeps name and number. @throws CallError */
  async merge(from: readonly number[], into: number, said: string): Promise<void> {
    const tickets: string[] = [];
    for (const id of from) tickets.push((await api.call('people.merge', { from: id, into })).undo);
    sayUndoable(said, ...tickets);
    await this.#read();
  }

  /** One receipt each. @throws CallError */
  async delete(ids: readonly number[]): Promise<readonly Receipt[]> {
    const receipts: Receipt[] = [];
    for (const person of ids) receipts.push(await api.call('people.delete', { person }));
    const names = receipts.map(({ deleted }) => deleted.name);
    const tickets = receipts.map(({ undo }) => undo);
    sayUndoable(language.words.people.deleted(names.join(', ')), ...tickets);
    await this.#read();
    return receipts;
  }

  /** Out of the gallery that is shown, or back into it. @throws CallError */
  async hide(ids: readonly number[], hidden: boolean): Promise<void> {
    for (const person of ids) await api.call('people.hide', { person, hidden });
    await this.#read();
  }

  /** One reading at a time: a change while one is under way is read after it, once. */
  #read(): Promise<void> {
    this.#wishes += 1;
    this.#reading ??= this.#readAll().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #readAll(): Promise<void> {
    let granted: number;
    do {
      granted = this.#wishes;
      this.#list = (await api.call('people.list', {})).people;
    } while (granted !== this.#wishes);
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
