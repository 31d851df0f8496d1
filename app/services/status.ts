import { countPeople, countTemplates } from '../../db/store.ts';
import path from 'node:path';
import type { SystemStatus } from '../../contract/window-values.ts';
import type { CallOptions, Handler, ServiceContext } from './context.ts';
import { identificationThreshold } from './calibration/threshold.ts';
import { signalOf } from './analysis.ts';

export const systemStatus: Handler<'system.status'> = async (context, _payload, call) => {
  const { store, host, studio, kiosk, version } = context;
  return {
    version,
    platform: `${process.platform} ${process.arch}`,
    dataFolder: path.dirname(store.file),
    recognition: await recognition(context, call),
    hosts: { recognition: host.state, studio: studio.state },
    people: store.read(countPeople),
    templates: store.read(countTemplates),
    kiosk: { pinSet: kiosk.isSet, locked: kiosk.isLocked },
  };
};

/** Nothing is started for the sake of a status; models that do not load show in the commands. */
async function recognition(
  { store, host }: ServiceContext,
  call: CallOptions,
): Promise<SystemStatus['recognition']> {
  if (host.state.kind !== 'ready') return null;
  try {
    const { encoder, provider } = await host.request('warmUp', {}, signalOf(call));
    return { encoder: encoder.id, provider, threshold: identificationThreshold(store, encoder) };
  } catch {
    return null;
  }
}
