import type { Settings } from '../../../contract/application.ts';
import { api, type CommandInput } from '../api.ts';

export type SettingsChanges = CommandInput<'settings.set'>['changes'];

/** The choices that outlive a restart, as the shell keeps them. */
class SettingsState {
  #all = $state.raw<Settings>();

  /** Undefined until they have come. */
  get all(): Settings | undefined {
    return this.#all;
  }

  async load(): Promise<void> {
    api.on('settings.changed', ({ settings }) => (this.#all = settings));
    this.#all = (await api.call('settings.get', {})).settings;
  }

  /** @throws CallError */
  async set(changes: SettingsChanges): Promise<void> {
    this.#all = (await api.call('settings.set', { changes })).settings;
  }
}

export const settings = new SettingsState();
