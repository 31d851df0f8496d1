import { api, type CommandOutput } from '../api.ts';
import { Work } from './work.svelte.ts';

export type HealthReport = CommandOutput<'diagnostics.doctor'>;

/** What really runs here, once somebody asked. */
class Health {
  #report = $state.raw<HealthReport>();
  readonly work = new Work();

  get report(): HealthReport | undefined {
    return this.#report;
  }

  /** @throws CallError */
  async examine(): Promise<void> {
    const report = await this.work.run(
      (options) => api.call('diagnostics.doctor', {}, options),
      'check',
    );
    if (report !== undefined) this.#report = report;
  }
}

export const health = new Health();
