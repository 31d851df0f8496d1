import { api } from '../api.ts';
import { system } from './system.svelte.ts';

/** The people of the sample photos, for whoever has seen enough of them. */
class Samples {
  #people = $state(0);
  #removing = $state(false);
  #listens = false;

  /** How many there are. */
  get people(): number {
    return this.#people;
  }

  get removing(): boolean {
    return this.#removing;
  }

  /** Counts them, and again whenever people change. @throws CallError */
  async load(): Promise<void> {
    if (!this.#listens) api.on('people.changed', () => void this.#count().catch(() => undefined));
    this.#listens = true;
    await this.#count();
  }

  /** Deletes them all; gives how many they were. @throws CallError */
  async remove(): Promise<number> {
    this.#removing = true;
    try {
      const { people } = await api.call('samples.remove', {});
      this.#people = 0;
      await system.refresh();
      return people;
    } finally {
      this.#removing = false;
    }
  }

  async #count(): Promise<void> {
    this.#people = (await api.call('samples.remove', { dryRun: true })).people;
  }
}

export const samples = new Samples();
