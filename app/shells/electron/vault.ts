import type { Electron } from './electron-api.ts';

/** Secrets that only this user on this machine can read, sealed by the system's own key store. */
export interface Vault {
  /** False where the system has no key store, or only one that seals nothing. */
  readonly available: () => Promise<boolean>;
  readonly seal: (text: string) => Promise<Uint8Array>;
  /** `stale`: the key has changed since; seal it again. */
  readonly open: (
    sealed: Uint8Array,
  ) => Promise<{ readonly text: string; readonly stale: boolean }>;
}

/** To be used once the application is ready; the asynchronous calls never block a window. */
export const createVault = ({ safeStorage }: Pick<Electron, 'safeStorage'>): Vault => ({
  available: () => safeStorage.isAsyncEncryptionAvailable(),
  seal: async (text) => new Uint8Array(await safeStorage.encryptStringAsync(text)),
  open: async (sealed) => {
    const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(Buffer.from(sealed));
    return { text: result, stale: shouldReEncrypt };
  },
});
