import { api } from '../api.ts';
import { connection } from './connection.svelte.ts';
import { system } from './system.svelte.ts';

/** The shell keeps the lock, so that no reload and no address undoes it. */
class Kiosk {
  readonly #locked = $derived(connection.session?.kiosk ?? false);

  get locked(): boolean {
    return this.#locked;
  }

  get pinSet(): boolean {
    return system.status?.kiosk.pinSet ?? false;
  }

  /** @throws CallError */
  async setPin(pin: string): Promise<void> {
    await api.call('kiosk.setPin', { pin });
    await system.refresh();
  }

  lock(): void {
    api.lock();
  }

  /** @throws CallError where the PIN is wrong; the answer takes longer each time */
  async unlock(pin: string): Promise<void> {
    await api.call('kiosk.unlock', { pin });
  }
}

export const kiosk = new Kiosk();
