import type { AdoptedPerson, Adoption } from '../../../contract/model-commands.ts';
import {
  insertActivity,
  insertTemplate,
  listPeople,
  listTemplates,
  writeSetting,
  type ModelKey,
  type ReadableStore,
  type WritableStore,
} from '../../../db/store.ts';
import { activity } from '../activity-entry.ts';
import { signalOf } from '../analysis.ts';
import type { CallOptions, Handler, ServiceContext } from '../context.ts';
import { mapConcurrently, throwIfCancelled } from '../cooperation.ts';
import { encoderInUse } from '../encoder-in-use.ts';
import { hostConfiguration } from '../host-configuration.ts';
import { encodeKept, obstacleSentences, type KeptPhoto } from './kept-photos.ts';
import { keyOf, planAdoption, type EnrolledPerson, type EnrolledPhoto } from './plan.ts';
import { readAdoption, writeAdoption } from './record.ts';

/** Photos under way at once: the host decodes one while it computes on another. */
const IN_FLIGHT = 3;

type Results = ReadonlyMap<string, KeptPhoto>;

/**
 * Encodes all kept photos first and writes nothing meanwhile; one transaction then adds the
 * encodings and makes the choice. Templates of other models stay, so that an undo finds them.
 */
export const adoptModel: Handler<'models.adopt'> = async (context, { id, dryRun }, call) => {
  const started = performance.now();
  const inUse = await encoderInUse(context, call);
  const { encoder } = await context.host.request('openEncoder', { id }, signalOf(call));
  const model = { id: encoder.id, version: encoder.version };
  const results = new Map<string, KeptPhoto>();
  for (;;) {
    await encodeMissing(context, model, results, call);
    const settled = settle(context, model, inUse, results, dryRun);
    // Somebody was enrolled while the photos were being encoded.
    if (settled === null) continue;
    if (!dryRun) await takeUp(context);
    return { ...settled, model, dryRun, warnings: [], elapsedMs: performance.now() - started };
  }
};

async function encodeMissing(
  context: ServiceContext,
  model: ModelKey,
  results: Map<string, KeptPhoto>,
  call: CallOptions,
): Promise<void> {
  const plan = context.store.read((tables) => planAdoption(tables, model));
  const names = new Map(plan.map(({ personId, name }) => [personId, name]));
  const photos = missing(plan, results);
  let done = 0;
  await mapConcurrently(photos, IN_FLIGHT, async (photo) => {
    throwIfCancelled(call.signal);
    const kept = await encodeKept(context, photo, [model.id], call);
    results.set(keyOf(photo), kept);
    call.onProgress?.({
      stage: 'Encoding again',
      done: ++done,
      total: photos.length,
      item: names.get(photo.personId) ?? '',
      ...(kept.from === null ? { note: obstacleSentences[kept.obstacle] } : {}),
    });
  });
}

const missing = (plan: readonly EnrolledPerson[], results: Results): EnrolledPhoto[] =>
  plan
    .flatMap(({ photos }) => photos)
    .filter((photo) => !photo.present && !results.has(keyOf(photo)));

/** Null, and nothing is written, where there are photos that nobody has tried yet. */
function settle(
  { store, now }: ServiceContext,
  model: ModelKey,
  inUse: ModelKey,
  results: Results,
  dryRun: boolean,
): Settled | null {
  const describe = (tables: ReadableStore) => {
    const plan = planAdoption(tables, model);
    if (missing(plan, results).length > 0) return null;
    const people = plan.map((person) => outcomeOf(person, results));
    const added = sum(
      people.map(({ fromOriginals, fromPortraits }) => fromOriginals + fromPortraits),
    );
    return { plan, people, added, former: formerOf(tables, model, inUse) };
  };
  if (dryRun) return withoutPlan(store.read(describe));
  return store.write((tables) => {
    const described = describe(tables);
    if (described === null) return null;
    const createdAt = now().toISOString();
    for (const photo of described.plan.flatMap(({ photos }) => photos))
      addTemplate(tables, photo, results.get(keyOf(photo)), model, createdAt);
    writeSetting(tables, 'model.encoder', model.id);
    const { former, added, people } = described;
    if (former !== null) writeAdoption(tables, { former, adopted: model });
    const again = people.filter(({ enrollAgain }) => enrollAgain).length;
    const counts = { templates: added, enrollAgain: again };
    insertActivity(tables, activity('model-adopted', null, counts, now()));
    return withoutPlan(described);
  });
}

type Settled = Pick<Adoption, 'people' | 'added' | 'former'>;

function withoutPlan(described: Settled | null): Settled | null {
  if (described === null) return null;
  const { people, added, former } = described;
  return { people, added, former };
}

function addTemplate(
  tables: WritableStore,
  { personId, photoHash, source, quality, present }: EnrolledPhoto,
  kept: KeptPhoto | undefined,
  model: ModelKey,
  createdAt: string,
): void {
  if (present || kept === undefined || kept.from === null) return;
  const { encoding } = kept.encodings[0]!;
  const from = source ?? 'portrait';
  insertTemplate(tables, {
    personId,
    model,
    encoding,
    quality,
    photoHash,
    source: from,
    createdAt,
  });
}

function outcomeOf({ personId, name, photos }: EnrolledPerson, results: Results): AdoptedPerson {
  const present = photos.filter((photo) => photo.present).length;
  const tried = photos
    .filter((photo) => !photo.present)
    .flatMap((photo) => results.get(keyOf(photo)) ?? []);
  const fromOriginals = tried.filter(({ from }) => from === 'original').length;
  const fromPortraits = tried.filter(({ from }) => from === 'portrait').length;
  const met = tried.flatMap((kept) => (kept.from === null ? [kept.obstacle] : []));
  const obstacles = [...new Set(met)];
  return {
    personId,
    name,
    photos: photos.length,
    present,
    fromOriginals,
    fromPortraits,
    enrollAgain: present + fromOriginals + fromPortraits === 0,
    reasons: obstacles.map((obstacle) => obstacleSentences[obstacle]),
    obstacles,
  };
}

/**
 * What an undo brings back: the model in use until now. Where that is the adopted one already, its
 * earlier adoption counts, else the model that most templates are of.
 */
function formerOf(tables: ReadableStore, model: ModelKey, inUse: ModelKey): ModelKey | null {
  if (inUse.version !== '' && !isSame(inUse, model))
    return { id: inUse.id, version: inUse.version };
  const record = readAdoption(tables);
  if (record !== null && isSame(record.adopted, model)) return record.former;
  return mostUsed(tables, model);
}

function mostUsed(tables: ReadableStore, besides: ModelKey): ModelKey | null {
  const keys = listPeople(tables)
    .flatMap(({ id }) => listTemplates(tables, id))
    .map(({ modelId, modelVersion }) => ({ id: modelId, version: modelVersion }))
    .filter((key) => !isSame(key, besides));
  const [most] = [
    ...Map.groupBy(keys, ({ id, version }) => JSON.stringify([id, version])).values(),
  ].toSorted((a, b) => b.length - a.length);
  return most?.[0] ?? null;
}

const isSame = (a: ModelKey, b: ModelKey): boolean => a.id === b.id && a.version === b.version;

const sum = (counts: readonly number[]): number => counts.reduce((total, each) => total + each, 0);

/** Has the host use the choice, and the gallery be read anew. */
export async function takeUp({
  host,
  store,
  gallery,
  configuration,
}: ServiceContext): Promise<void> {
  gallery.forget();
  await host.reconfigure(hostConfiguration(store, configuration));
}
