import { api, type CommandInput, type CommandOutput } from '../api.ts';
import { system } from './system.svelte.ts';
import { Work } from './work.svelte.ts';

type Kept = CommandOutput<'calibration.last'>;
export type Outlook = CommandOutput<'calibration.outlook'>;
export type Choice = Outlook['choices'][number];

/** Numbers of people to report on; between them the window interpolates. */
const SIZES = [1, 3, 10, 30, 100, 300, 1000];

/** Two thresholds on distance that no face tells apart. */
const SAME = 5e-4;

/** How often a stranger may be named: what each answer would do, which one is in use, and measuring. */
class Thresholds {
  #outlook = $state.raw<Outlook>();
  #kept = $state.raw<Kept>();
  #alike = $state.raw<CommandOutput<'calibration.run'>['alike']>([]);
  #listens = false;
  readonly work = new Work();

  /** Undefined until it is read. */
  get outlook(): Outlook | undefined {
    return this.#outlook;
  }

  /** The measurement with all its curves; null where only the shipped figures are there. */
  get calibration(): Kept['calibration'] {
    return this.#kept?.calibration ?? null;
  }

  /** Index of the choice whose threshold is in use; -1 where it is another one. */
  get inUse(): number {
    const { choices = [], now } = this.#outlook ?? {};
    if (now === undefined || now === null) return -1;
    const near = choices.map(({ threshold }) => Math.abs(threshold - now.threshold));
    const least = Math.min(...near);
    // Of several with one threshold, the one that was asked for.
    const applied = choices.findIndex(({ wanted }) => wanted === this.#outlook?.applied);
    if (least > SAME) return -1;
    return applied >= 0 && near[applied]! <= SAME ? applied : near.indexOf(least);
  }

  /** Pairs that may be one person under two names; of the measurement that was just made. */
  get alike(): CommandOutput<'calibration.run'>['alike'] {
    return this.#alike;
  }

  /** Reads it, and again whenever people or models change. @throws CallError */
  async load(): Promise<void> {
    if (!this.#listens)
      for (const event of ['models.changed', 'people.changed'] as const)
        api.on(event, () => void this.load().catch(() => undefined));
    this.#listens = true;
    [this.#outlook, this.#kept] = await Promise.all([
      api.call('calibration.outlook', {}),
      api.call('calibration.last', {}),
    ]);
  }

  /**
   * Measures and applies nothing; gives whether it came to its end.
   *
   * @throws CallError
   */
  async measure(source: CommandInput<'calibration.run'>['source']): Promise<boolean> {
    const done = await this.work.run(
      (options) => api.call('calibration.run', { source, sizes: SIZES, apply: false }, options),
      'measurement',
    );
    if (done === undefined) return false;
    this.#alike = done.alike;
    await this.load();
    return true;
  }

  /** Null: the encoder's own threshold again. @throws CallError */
  async apply(fpir: number | null): Promise<void> {
    await api.call('calibration.apply', { fpir });
    await Promise.all([this.load(), system.refresh().catch(() => undefined)]);
  }
}

export const thresholds = new Thresholds();
