import type { PersonDetails } from '../../../contract/people.ts';
import { api } from '../api.ts';
import { language } from './language.svelte.ts';
import { people, sayUndoable, type Receipt } from './people.svelte.ts';
import { withNamesake } from './sentences.ts';

/** One person, and what can be done with them. Every verb throws CallError where it is refused. */
export class PersonView {
  #details = $state.raw<PersonDetails>();
  readonly #id: number;

  constructor(id: number) {
    this.#id = id;
  }

  get details(): PersonDetails | undefined {
    return this.#details;
  }

  async load(): Promise<void> {
    const { person } = await api.call('people.show', { person: this.#id });
    this.#details = person;
    people.want(person.templateList.filter((one) => one.hasPortrait).map(({ id }) => id));
  }

  /** Reads it again whenever somebody changes people; gives what ends that. */
  follow(): () => void {
    return api.on('people.changed', () => void this.load().catch(() => undefined));
  }

  async rename(name: string): Promise<void> {
    const { undo, alike } = await api.call('people.rename', { person: this.#id, name });
    const { done } = language.words.people.rename;
    sayUndoable(withNamesake(done(name), alike), undo);
    await this.load();
  }

  async split(templates: readonly number[], name: string): Promise<number> {
    const made = await api.call('people.split', {
      person: this.#id,
      templates: [...templates],
      name,
    });
    sayUndoable(withNamesake(language.words.people.split.done(name), made.alike), made.undo);
    await this.load();
    return made.person.id;
  }

  async removePhoto(template: number): Promise<void> {
    await api.call('people.removeTemplate', { person: this.#id, template });
    await this.load();
  }

  async noteConsent(note: string): Promise<void> {
    this.#details = (await api.call('people.noteConsent', { person: this.#id, note })).person;
  }

  /** Null: the best photo stands for the person again. */
  async choosePortrait(template: number | null): Promise<void> {
    await api.call('people.choosePortrait', { person: this.#id, template });
    await this.load();
  }

  async hide(hidden: boolean): Promise<void> {
    await people.hide([this.#id], hidden);
    await this.load();
  }

  async delete(): Promise<Receipt> {
    return (await people.delete([this.#id]))[0]!;
  }
}
