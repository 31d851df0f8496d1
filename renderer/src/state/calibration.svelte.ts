import { api, type CommandInput, type CommandOutput } from '../api.ts';
import { Work } from './work.svelte.ts';

export type Measurement = NonNullable<CommandOutput<'evaluation.last'>['evaluation']>;

/** What was last measured of the encoder in use, and measuring it again. */
class Calibration {
  #last = $state.raw<Measurement>();
  #loaded = $state(false);
  readonly work = new Work();

  get last(): Measurement | undefined {
    return this.#last;
  }

  /** Whether `last` is known, even if it is nothing. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** @throws CallError */
  async load(): Promise<void> {
    this.#last = (await api.call('evaluation.last', {})).evaluation ?? undefined;
    this.#loaded = true;
  }

  /** @throws CallError */
  async measure(input: CommandInput<'evaluation.run'>): Promise<boolean> {
    const done = await this.work.run(
      (options) => api.call('evaluation.run', input, options),
      'measurement',
    );
    if (done !== undefined) await this.load();
    return done !== undefined;
  }
}

export const calibration = new Calibration();
