import type { PersonDetails } from '../../../app/contract/people-commands.ts';
import { api, type CommandOutput } from '../api.ts';
import { people } from './people.svelte.ts';

export type Receipt = CommandOutput<'people.delete'>;

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
    await api.call('people.rename', { person: this.#id, name });
    await this.load();
  }

  /** Gives the number of the person that all photos now belong to. */
  async mergeInto(other: number): Promise<number> {
    return (await api.call('people.merge', { from: this.#id, into: other })).person.id;
  }

  async split(templates: readonly number[], name: string): Promise<number> {
    const made = await api.call('people.split', {
      person: this.#id,
      templates: [...templates],
      name,
    });
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

  delete(): Promise<Receipt> {
    return api.call('people.delete', { person: this.#id });
  }
}
