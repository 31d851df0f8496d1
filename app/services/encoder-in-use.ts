import { LikenessError } from '../../contract/errors.ts';
import type { ModelKey } from '../../db/store.ts';
import { signalOf } from './analysis.ts';
import type { CallOptions, ServiceContext } from './context.ts';

/** The encoder in use, present or not: nothing is started for the sake of looking. */
export async function encoderInUse({ host }: ServiceContext, call: CallOptions): Promise<ModelKey> {
  const { models } = await host.request('listModels', {}, signalOf(call));
  const encoder = models.find(({ role, active }) => role === 'encoder' && active);
  if (encoder !== undefined) return encoder;
  throw new LikenessError('model_missing', 'No encoder is in use. Look at the list of models.');
}
