import path from 'node:path';
import type { Evaluation } from '../../contract/commands.ts';
import { insertEvaluation, latestEvaluation, type ModelKey } from '../../db/store.ts';
import { signalOf } from './analysis.ts';
import type { Handler, ServiceContext } from './context.ts';
import { encodePhotos } from './encode-photos.ts';
import { measure } from './evaluation/measures.ts';
import { planEvaluation } from './evaluation/plan.ts';
import { judgeProbability } from './evaluation/shown-probability.ts';

/**
 * Measures recognition on photos of known people, through the host that users meet: the face
 * nearest to the center of each photo is encoded, then the planned comparisons are made.
 */
export const runEvaluation: Handler<'evaluation.run'> = async (context, payload, call) => {
  const { host } = context;
  const started = performance.now();
  const plan = await planEvaluation(payload);
  const { encoder, provider, warnings } = await host.request('warmUp', {}, signalOf(call));
  const analyzed = performance.now();
  const { encodings, unused } = await encodePhotos(host, plan.photos, call);
  const seconds = (performance.now() - analyzed) / 1000;
  const encoded = encodings.filter((encoding) => encoding !== null).length;
  const measures = await measure(plan, encodings, call);
  const shown = await judgeProbability(host, encoder, plan, encodings, call);
  const result = {
    model: encoder.id,
    photos: plan.photos.length,
    files: plan.photos.length + plan.unused.length,
    unused: [...plan.unused, ...unused],
    ...measures,
    reliability: shown.reliability,
    facesPerSecond: encoded / seconds,
    provider,
    warnings: [...new Set([...warnings, ...shown.warnings])],
    elapsedMs: performance.now() - started,
  };
  keepEvaluation(context, encoder, payload.images, result);
  return result;
};

export const lastEvaluation: Handler<'evaluation.last'> = async ({ store, host }, _, call) => {
  const { models } = await host.request('listModels', {}, signalOf(call));
  const encoder = models.find(({ role, active }) => role === 'encoder' && active);
  const kept = encoder && store.read((tables) => latestEvaluation(tables, encoder));
  if (kept === undefined) return { evaluation: null };
  const { images, createdAt } = kept;
  // Former versions kept no reliability, or one of another probability, at a prior of one half.
  const evaluation = JSON.parse(kept.result) as Evaluation;
  const isOfThis = Object.hasOwn(evaluation.reliability ?? {}, 'prior');
  // Names of files are never kept.
  const complete = { ...evaluation, files: evaluation.photos, unused: [] };
  const result = isOfThis ? complete : { ...complete, reliability: null };
  return { evaluation: { images, createdAt, result } };
};

/** Names of photos are left out: they are names of people, of whom nothing else is kept. */
function keepEvaluation(
  { store, now }: ServiceContext,
  encoder: ModelKey,
  folder: string,
  result: Evaluation,
): void {
  const images = path.resolve(folder);
  const createdAt = now().toISOString();
  const text = JSON.stringify({ ...result, failedPhotos: [], unused: [] });
  store.write((tables) => insertEvaluation(tables, encoder, { images, result: text, createdAt }));
}
