import { LikenessError } from '../../../contract/errors.ts';
import type { AdoptionRecord } from '../../../contract/model-values.ts';
import {
  insertActivity,
  listPeople,
  listTemplates,
  writeSetting,
  type ModelKey,
  type ReadableStore,
} from '../../../db/store.ts';
import { activity } from '../activity-entry.ts';
import { signalOf } from '../analysis.ts';
import type { CallOptions, Handler, ServiceContext } from '../context.ts';
import { takeUp } from './adopt.ts';
import { isOf } from './plan.ts';
import { readAdoption, writeAdoption } from './record.ts';
import { strangersTo } from './strangers.ts';

/** Nothing is deleted: the templates of both models stay. */
export const undoAdoption: Handler<'models.undoAdoption'> = async (context, { dryRun }, call) => {
  const { store, now } = context;
  const record = store.read(readAdoption);
  if (record === null) throw nothingAdopted();
  const { former, adopted } = record;
  await requirePresent(context, former, call);
  const outcome = store.read((tables) => ({
    since: enrolledSince(tables, record),
    unknown: strangersTo(tables, former),
  }));
  if (!dryRun) {
    store.write((tables) => {
      writeSetting(tables, 'model.encoder', former.id);
      writeAdoption(tables, null);
      const counts = { undone: 1, enrollAgain: outcome.unknown.length };
      insertActivity(tables, activity('model-adopted', null, counts, now()));
    });
    await takeUp(context);
  }
  return { model: former, left: adopted, dryRun, ...outcome, warnings: [] };
};

/** The very version that made the templates, and it runs. */
async function requirePresent(
  { host }: ServiceContext,
  { id, version }: ModelKey,
  call: CallOptions,
): Promise<void> {
  const { models } = await host.request('listModels', {}, signalOf(call));
  const here = models.find((model) => model.id === id);
  if (here?.state === 'ready' && here.version === version) {
    await host.request('openEncoder', { id }, signalOf(call));
    return;
  }
  const instead = here?.state === 'ready' ? ` What is here is version ${here.version}.` : '';
  throw new LikenessError(
    'model_missing',
    `The former encoder, ${id} ${version}, is not on this machine any more.${instead} Its templates are kept; nothing was changed.`,
    { details: { id, version, present: here?.state === 'ready' ? here.version : null } },
  );
}

/** Photos that the adopted model has a template of, and the former has not. */
function enrolledSince(tables: ReadableStore, { former, adopted }: AdoptionRecord) {
  return listPeople(tables).flatMap(({ id, name }) => {
    const templates = listTemplates(tables, id);
    const known = photosBy(templates, former);
    const photos = [...photosBy(templates, adopted)].filter((photo) => !known.has(photo)).length;
    return photos === 0 ? [] : [{ personId: id, name, photos }];
  });
}

const photosBy = (templates: ReturnType<typeof listTemplates>, model: ModelKey) =>
  new Set(templates.filter((template) => isOf(template, model)).map(({ photoHash }) => photoHash));

const nothingAdopted = (): LikenessError =>
  new LikenessError(
    'adoption_unknown',
    'There is no adoption to undo: none was made, or it is undone. "models use" chooses any model.',
  );
