import { api, type CommandInput, type CommandOutput } from '../api.ts';
import { system } from './system.svelte.ts';
import { Work } from './work.svelte.ts';

type Kept = CommandOutput<'calibration.last'>;

/** The threshold of identification: how it was calibrated, and what is applied. */
class Thresholds {
  #kept = $state.raw<Kept>();
  #alike = $state.raw<CommandOutput<'calibration.run'>['alike']>([]);
  readonly work = new Work();

  get calibration(): Kept['calibration'] {
    return this.#kept?.calibration ?? null;
  }

  get applied(): Kept['applied'] {
    return this.#kept?.applied ?? null;
  }

  get loaded(): boolean {
    return this.#kept !== undefined;
  }

  /** Pairs that may be one person under two names; of the calibration that was just made. */
  get alike(): CommandOutput<'calibration.run'>['alike'] {
    return this.#alike;
  }

  /** @throws CallError */
  async load(): Promise<void> {
    this.#kept = await api.call('calibration.last', {});
  }

  /** Measures only; gives whether it came to its end. @throws CallError */
  async calibrate(source: CommandInput<'calibration.run'>['source']): Promise<boolean> {
    const done = await this.work.run((options) =>
      api.call('calibration.run', { source, apply: false }, options),
    );
    if (done === undefined) return false;
    this.#kept = done;
    this.#alike = done.alike;
    return true;
  }

  /** Null: the model's own threshold again. @throws CallError */
  async apply(fpir: number | null): Promise<void> {
    this.#kept = await api.call('calibration.apply', { fpir });
    await system.load().catch(() => undefined);
  }
}

export const thresholds = new Thresholds();
