import type { SystemStatus } from '../../../app/contract/window-values.ts';
import { api } from '../api.ts';

/** What runs where. */
class SystemState {
  #status = $state.raw<SystemStatus>();

  get status(): SystemStatus | undefined {
    return this.#status;
  }

  async load(): Promise<void> {
    api.on('host.changed', ({ role, state }) => {
      if (this.#status !== undefined)
        this.#status = { ...this.#status, hosts: { ...this.#status.hosts, [role]: state } };
      if (state.kind === 'ready') void this.refresh();
    });
    api.on('models.changed', () => void this.refresh());
    await this.refresh();
  }

  async refresh(): Promise<void> {
    this.#status = await api.call('system.status', {});
  }
}

export const system = new SystemState();
