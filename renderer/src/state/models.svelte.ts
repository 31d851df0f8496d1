import type { ModelSummary } from '../../../contract/commands.ts';
import { api } from '../api.ts';
import { Work } from './work.svelte.ts';

/** The models of this machine, and getting more. */
class Models {
  #all = $state.raw<readonly ModelSummary[]>([]);
  #loaded = $state(false);
  #fetching = $state<string>();
  #listens = false;
  readonly fetchWork = new Work();
  readonly verifyWork = new Work();

  get all(): readonly ModelSummary[] {
    return this.#all;
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  /** Id of the model that is being downloaded. */
  get fetching(): string | undefined {
    return this.#fetching;
  }

  of(role: ModelSummary['role']): readonly ModelSummary[] {
    return this.#all.filter((model) => model.role === role);
  }

  /** The name people know, or the id where the model is gone. */
  nameOf(id: string): string {
    return this.#all.find((model) => model.id === id)?.name ?? id;
  }

  /** @throws CallError */
  async load(): Promise<void> {
    if (!this.#listens) api.on('models.changed', () => void this.load().catch(() => undefined));
    this.#listens = true;
    this.#all = (await api.call('models.list', {})).models;
    this.#loaded = true;
  }

  /**
   * Downloads a model of the catalog; false where somebody stopped it.
   *
   * @throws CallError
   */
  async fetch(id: string): Promise<boolean> {
    this.#fetching = id;
    try {
      const fetched = await this.fetchWork.run(
        (options) => api.call('models.fetch', { id }, options),
        'download',
      );
      await this.load();
      return fetched !== undefined;
    } finally {
      this.#fetching = undefined;
    }
  }

  /** @throws CallError */
  async use(id: string): Promise<void> {
    await api.call('models.use', { id });
    await this.load();
  }

  /**
   * Whether every file is what it should be; undefined where somebody stopped it.
   *
   * @throws CallError
   */
  async verify(): Promise<boolean | undefined> {
    const checked = await this.verifyWork.run((options) => api.call('models.verify', {}, options));
    if (checked !== undefined) this.#all = checked.models;
    return checked?.ok;
  }
}

export const models = new Models();
