import type { ApiKey } from '../../../app/contract/window-values.ts';
import { api } from '../api.ts';

/** Keys of other programs. */
class Access {
  #keys = $state.raw<readonly ApiKey[]>([]);
  #loaded = $state(false);

  get keys(): readonly ApiKey[] {
    return this.#keys;
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  /** @throws CallError */
  async load(): Promise<void> {
    this.#keys = (await api.call('access.listKeys', {})).keys;
    this.#loaded = true;
  }

  /** The secret, which cannot be had again. @throws CallError */
  async create(name: string): Promise<string> {
    const { secret } = await api.call('access.createKey', { name });
    await this.load();
    return secret;
  }

  /** @throws CallError */
  async revoke(id: number): Promise<void> {
    await api.call('access.revokeKey', { id });
    await this.load();
  }
}

export const access = new Access();
