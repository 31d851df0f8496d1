import { runtimeVersion } from '../../runtime/providers.ts';
import { proveProviders } from '../../runtime/proof.ts';
import type { Handlers } from '../handler.ts';

export const providerHandlers: Pick<Handlers, 'proveProviders'> = {
  proveProviders: async () => ({ runtime: runtimeVersion, providers: await proveProviders() }),
};
