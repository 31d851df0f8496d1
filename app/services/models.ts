import type { ModelSummary } from '../../contract/commands.ts';
import { LikenessError } from '../../contract/errors.ts';
import { countTemplates, readSetting, writeSetting, type SettingKey } from '../../db/store.ts';
import type { HostConfiguration } from '../model-host/types.ts';
import { strangerWarnings } from './adoption.ts';
import { signalOf } from './analysis.ts';
import type { CallOptions, Handler, ServiceContext, Handlers } from './context.ts';
import { hostConfiguration } from './host-configuration.ts';

export const listModels: Handler<'models.list'> = async ({ host }, _payload, call) => {
  const { models } = await host.request('listModels', {}, signalOf(call));
  return { models: [...models] };
};

export const verifyModels: Handler<'models.verify'> = async ({ host }, _payload, call) => {
  const { models, ok } = await host.request('verifyModels', {}, call);
  return { models: [...models], ok };
};

export const fetchModel: Handler<'models.fetch'> = async (context, { id, from }, call) => {
  await keepEncoder(context, id, call);
  return context.host.request('fetchModel', from === undefined ? { id } : { id, from }, call);
};

/**
 * The encoder in use stays so where people are enrolled: one that is recommended more would take its
 * place as soon as it is on the machine, and know nobody.
 */
async function keepEncoder(
  { host, store, configuration }: ServiceContext,
  arriving: string,
  call: CallOptions,
): Promise<void> {
  const { models } = await host.request('listModels', {}, signalOf(call));
  const [inUse] = models.filter(({ role, active }) => role === 'encoder' && active);
  const role = models.find(({ id }) => id === arriving)?.role;
  if (role !== 'encoder' || inUse === undefined || inUse.id === arriving) return;
  const kept = store.write((tables) => {
    if (readSetting(tables, settingOf.encoder) !== undefined) return false;
    if (countTemplates(tables) === 0) return false;
    writeSetting(tables, settingOf.encoder, inUse.id);
    return true;
  });
  if (kept) await host.reconfigure(hostConfiguration(store, configuration));
}

export const importModel: Handler<'models.import'> = async ({ host }, request, call) => {
  const { file, manifest, id, propose } = request;
  const { warnings, ...imported } = await host.request(
    'importModel',
    {
      file,
      propose,
      ...(manifest === undefined ? {} : { manifest }),
      ...(id === undefined ? {} : { id }),
    },
    call,
  );
  return { ...imported, warnings: [...warnings] };
};

/** The choice is kept once the host has shown that it runs with it. */
const useModel: Handler<'models.use'> = async (context, { id }, call) => {
  const { role } = await readyModel(context, id, call);
  if (role !== 'detector' && role !== 'encoder') throw notAChoice(id, role);
  const former = hostConfiguration(context.store, context.configuration);
  await tryConfiguration(context, { ...former, [role]: id }, former, call);
  context.store.write((tables) => writeSetting(tables, settingOf[role], id));
  const model = await readyModel(context, id, call);
  const warnings = role === 'encoder' ? strangerWarnings(context.store, model) : [];
  return { model, warnings };
};

const settingOf: Readonly<Record<'detector' | 'encoder', SettingKey>> = {
  detector: 'model.detector',
  encoder: 'model.encoder',
};

async function tryConfiguration(
  { host }: ServiceContext,
  wanted: HostConfiguration,
  former: HostConfiguration,
  call: CallOptions,
): Promise<void> {
  await host.reconfigure(wanted);
  try {
    await host.request('warmUp', {}, signalOf(call));
  } catch (thrown) {
    await host.reconfigure(former);
    throw thrown;
  }
}

async function readyModel(
  { host }: ServiceContext,
  id: string,
  call: CallOptions,
): Promise<ModelSummary> {
  const { models } = await host.request('listModels', {}, signalOf(call));
  const model = models.find((candidate) => candidate.id === id);
  if (model === undefined) throw unknownModel(id, models);
  if (model.state !== 'ready') throw notReady(model);
  return model;
}

function unknownModel(id: string, models: readonly ModelSummary[]): LikenessError {
  const known = models.map((model) => model.id);
  return new LikenessError(
    'model_unknown',
    `The catalog has no model ${id}. It has: ${known.join(', ')}.`,
    { details: { id, known } },
  );
}

const notReady = ({ id, state }: ModelSummary): LikenessError =>
  state === 'corrupt'
    ? new LikenessError('model_corrupt', `The file of the model ${id} is damaged. Get it again.`, {
        details: { id },
      })
    : new LikenessError(
        'model_missing',
        `The model ${id} is not on this machine. Fetch it first.`,
        {
          details: { id },
        },
      );

const notAChoice = (id: string, role: ModelSummary['role']): LikenessError =>
  new LikenessError(
    'invalid_input',
    `${id} has the role ${role}, for which there is no choice. Choose a detector or an encoder.`,
    { details: { fields: [{ field: 'id', message: 'is neither a detector nor an encoder' }] } },
  );

export const modelsHandlers = {
  'models.list': listModels,
  'models.verify': verifyModels,
  'models.fetch': fetchModel,
  'models.import': importModel,
  'models.use': useModel,
} satisfies Partial<Handlers>;
