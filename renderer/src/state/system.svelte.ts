import type { SystemStatus } from '../../../contract/application.ts';
import { api } from '../api.ts';

type Role = keyof SystemStatus['hosts'];

/** A host is back within a moment; whoever looks up has to find out what happened. */
const CRASH_SHOWN_MS = 8_000;

/** What runs where. */
class SystemState {
  #status = $state.raw<SystemStatus>();
  #crashed = $state<Role>();
  #forget: ReturnType<typeof setTimeout> | undefined;

  get status(): SystemStatus | undefined {
    return this.#status;
  }

  /** The host that is down, or was a moment ago. */
  get crashed(): Role | undefined {
    if (this.#crashed !== undefined) return this.#crashed;
    const hosts = this.#status?.hosts;
    if (hosts?.recognition.kind === 'crashed') return 'recognition';
    return hosts?.studio.kind === 'crashed' ? 'studio' : undefined;
  }

  async load(): Promise<void> {
    api.on('host.changed', ({ role, state }) => {
      if (state.kind === 'crashed') this.#remember(role);
      if (this.#status !== undefined)
        this.#status = { ...this.#status, hosts: { ...this.#status.hosts, [role]: state } };
      if (state.kind === 'ready') void this.refresh();
    });
    api.on('models.changed', () => void this.refresh());
    await this.refresh();
  }

  #remember(role: Role): void {
    clearTimeout(this.#forget);
    this.#crashed = role;
    this.#forget = setTimeout(() => (this.#crashed = undefined), CRASH_SHOWN_MS);
  }

  async refresh(): Promise<void> {
    this.#status = await api.call('system.status', {});
  }
}

export const system = new SystemState();
