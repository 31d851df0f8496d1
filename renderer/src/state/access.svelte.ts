import type { ApiKey, FolderAccess, ProgramFolder } from '../../../contract/application.ts';
import { api } from '../api.ts';

/** Keys of other programs, and the folders that they may use. */
class Access {
  #keys = $state.raw<readonly ApiKey[]>([]);
  #folders = $state.raw<readonly ProgramFolder[]>([]);
  #loaded = $state(false);

  get keys(): readonly ApiKey[] {
    return this.#keys;
  }

  get folders(): readonly ProgramFolder[] {
    return this.#folders;
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  /** @throws CallError */
  async load(): Promise<void> {
    this.#keys = (await api.call('access.listKeys', {})).keys;
    this.#folders = (await api.call('access.listFolders', {})).folders;
    this.#loaded = true;
  }

  /** The secret, which cannot be had again. @throws CallError */
  async create(name: string): Promise<string> {
    const { secret } = await api.call('access.createKey', { name });
    await this.load();
    return secret;
  }

  /** One that programs call by the same name is replaced. @throws CallError */
  async allowFolder(name: string, path: string, access: FolderAccess): Promise<void> {
    await api.call('access.allowFolder', { name, path, access });
    await this.load();
  }

  /** @throws CallError */
  async removeFolder(name: string): Promise<void> {
    await api.call('access.removeFolder', { name });
    await this.load();
  }

  /** @throws CallError */
  async revoke(id: number): Promise<void> {
    await api.call('access.revokeKey', { id });
    await this.load();
  }
}

export const access = new Access();
