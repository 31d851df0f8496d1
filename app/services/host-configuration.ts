import { readSetting, type Store } from '../../db/store.ts';
import type { HostConfiguration } from '../model-host/types.ts';

/**
 * The configuration with the models that `models.use` has chosen, where it names none itself:
 * what a shell gives to the host at its start.
 */
export function hostConfiguration(store: Store, base: HostConfiguration): HostConfiguration {
  const { detector, encoder } = store.read((tables) => ({
    detector: base.detector ?? readSetting(tables, 'model.detector'),
    encoder: base.encoder ?? readSetting(tables, 'model.encoder'),
  }));
  return {
    ...base,
    ...(detector === undefined ? {} : { detector }),
    ...(encoder === undefined ? {} : { encoder }),
  };
}
