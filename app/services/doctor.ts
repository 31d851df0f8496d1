import path from 'node:path';
import { countPeople, countTemplates, countDamagedTemplates, type Store } from '../../db/store.ts';
import type { SystemStatus } from '../../contract/application.ts';
import type { CallOptions, Handler, ServiceContext, Handlers } from './context.ts';
import { identificationThreshold } from './calibration/threshold.ts';
import { signalOf } from './analysis.ts';
import type { CommandOutput } from '../../contract/commands.ts';
import { toLikenessError, type LikenessError } from '../../contract/errors.ts';
import type { ModelHost } from '../model-host/types.ts';
import { strangerWarnings } from './adoption.ts';
import { erasureWarnings } from './erasure.ts';
import { holdWarnings } from './retention.ts';

const systemStatus: Handler<'system.status'> = async (context, _payload, call) => {
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

type Report = CommandOutput<'diagnostics.doctor'>;

/** Healthy where the CPU is proven, a detector and an encoder are ready, and the database is sound. */
export const doctor: Handler<'diagnostics.doctor'> = async (context, _payload, call) => {
  const { verified, ...runtime } = await examineRuntime(context.host, call);
  const database = examineDatabase(context.store);
  const encoder = runtime.models.find(({ role, active }) => role === 'encoder' && active);
  return {
    version: context.version,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    ...runtime,
    database,
    warnings: [
      ...(encoder === undefined ? [] : strangerWarnings(context.store, encoder)),
      ...holdWarnings(context.store, context.now()),
      ...erasureWarnings(context.store),
    ],
    ok:
      isSound({ ...runtime, verified }) &&
      database.integrity === 'ok' &&
      database.damagedTemplates === 0,
  };
};

/** The same where the database cannot be opened, which is a finding as well. */
export async function doctorWithoutDatabase(
  host: ModelHost,
  { file, version, problem }: { file: string; version: string; problem: LikenessError },
  call: CallOptions,
): Promise<Report> {
  const { runtime, providers, models } = await examineRuntime(host, call);
  const unknown = { schemaVersion: null, people: null, templates: null, damagedTemplates: null };
  return {
    version,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    runtime,
    providers,
    models,
    database: { file, ...unknown, integrity: problem.message },
    warnings: [],
    ok: false,
  };
}

/** A host that does not come up is a finding, not a failure of the examination. */
async function examineRuntime(host: ModelHost, call: CallOptions): Promise<Examination> {
  try {
    const { runtime, providers } = await host.request('proveProviders', {}, signalOf(call));
    const { models, ok } = await host.request('verifyModels', {}, signalOf(call));
    return { runtime, providers: [...providers], models: [...models], verified: ok };
  } catch (thrown) {
    const { code, message } = toLikenessError(thrown);
    if (code === 'cancelled') throw thrown;
    return { runtime: 'unavailable', providers: [broken(message)], models: [], verified: false };
  }
}

const broken = (message: string): Report['providers'][number] => ({
  provider: 'cpu',
  available: false,
  proven: false,
  maxAbsDifference: null,
  milliseconds: null,
  finding: 'host-failed',
  message,
});

const examineDatabase = (store: Store): Report['database'] => ({
  file: store.file,
  ...store.health(),
  people: store.read(countPeople),
  templates: store.read(countTemplates),
  damagedTemplates: store.read(countDamagedTemplates),
});

interface Examination extends Pick<Report, 'runtime' | 'providers' | 'models'> {
  /** Every model that is here is what its manifest says, as `models verify` finds. */
  readonly verified: boolean;
}

function isSound({ providers, models, verified }: Examination): boolean {
  const cpu = providers.some(({ provider, proven }) => provider === 'cpu' && proven);
  const inUse = models.filter(({ active }) => active);
  return cpu && verified && inUse.length > 0 && inUse.every(({ state }) => state === 'ready');
}

export const doctorHandlers = {
  'system.status': systemStatus,
  'diagnostics.doctor': doctor,
} satisfies Partial<Handlers>;
