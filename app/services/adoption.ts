import { createHash } from 'node:crypto';
import {
  AdoptionRecord,
  type AdoptionObstacle,
  type AdoptedPerson,
  type Adoption,
} from '../../contract/models.ts';
import {
  readSetting,
  writeSetting,
  listPeople,
  listTemplates,
  listPortraits,
  countTemplates,
  countTemplatesOf,
  findPerson,
  peopleUnknownTo,
  insertActivity,
  insertTemplate,
  type ReadableStore,
  type WritableStore,
  type ModelKey,
  type TemplateRecord,
  type Store,
} from '../../db/store.ts';
import { LikenessError } from '../../contract/errors.ts';
import type { ImageSource } from '../../contract/values.ts';
import { confinement, isConfined } from '../../foundation/files/confinement.ts';
import { readRegularFile } from '../../foundation/files/read-file.ts';
import type { HostResult } from '../model-host/types.ts';
import { signalOf, encoderInUse } from './analysis.ts';
import type { CallOptions, ServiceContext, Handler, Handlers } from './context.ts';
import { activity } from './kept-settings.ts';
import { mapConcurrently } from '../../foundation/concurrency.ts';
import { hostConfiguration } from './host-configuration.ts';

/** Null where nothing was adopted, or it is undone. */
function readAdoption(tables: ReadableStore): AdoptionRecord | null {
  const text = readSetting(tables, 'model.adoption');
  if (text === undefined) return null;
  return AdoptionRecord.nullable().parse(JSON.parse(text));
}

const writeAdoption = (tables: WritableStore, record: AdoptionRecord | null): void =>
  writeSetting(tables, 'model.adoption', JSON.stringify(record));

/** A photo that somebody is enrolled with, whatever models have encoded it. */
interface EnrolledPhoto {
  readonly personId: number;
  /** SHA-256 of the photo file, hexadecimal. */
  readonly photoHash: string;
  /** Path or name, where it is known. */
  readonly source: string | null;
  /** A template that has a portrait. */
  readonly portrait: number | null;
  /** 0…1. */
  readonly quality: number;
  /** The model has a template of it. */
  readonly present: boolean;
}

interface EnrolledPerson {
  readonly personId: number;
  readonly name: string;
  readonly photos: readonly EnrolledPhoto[];
}

/** Everyone who is enrolled, with their photos, and which of these a model has encoded. */
export function planAdoption(tables: ReadableStore, model: ModelKey): readonly EnrolledPerson[] {
  return listPeople(tables)
    .map(({ id, name }) => ({
      personId: id,
      name,
      photos: photosOf(listTemplates(tables, id), model),
    }))
    .filter(({ photos }) => photos.length > 0);
}

/** Another name for the same photo of the same person. */
export const keyOf = ({ personId, photoHash }: EnrolledPhoto): string => `${personId}/${photoHash}`;

export const isOf = (
  { modelId, modelVersion }: TemplateRecord,
  { id, version }: ModelKey,
): boolean => modelId === id && modelVersion === version;

function photosOf(templates: readonly TemplateRecord[], model: ModelKey): EnrolledPhoto[] {
  const byPhoto = Map.groupBy(templates, ({ photoHash }) => photoHash);
  return [...byPhoto.values()].map((same) => {
    const { personId, photoHash, quality } = same[0]!;
    return {
      personId,
      photoHash,
      quality,
      source: same.find(({ source }) => source !== null)?.source ?? null,
      portrait: same.find(({ hasPortrait }) => hasPortrait)?.id ?? null,
      present: same.some((template) => isOf(template, model)),
    };
  });
}

type Encodings = HostResult<'encodeWith'>['encodings'];

/** What could be had of a photo that somebody is enrolled with. */
type KeptPhoto =
  | { readonly from: 'original' | 'portrait'; readonly encodings: Encodings }
  | { readonly from: null; readonly obstacle: AdoptionObstacle };

const obstacleSentences: Readonly<Record<AdoptionObstacle, string>> = {
  'original-missing': 'No portrait was kept, and the original is not where it was.',
  'original-ambiguous': 'No portrait was kept, and the original does not show exactly one face.',
  'portrait-faceless': 'No face was found in the portrait that was kept.',
};

/**
 * Encodes a photo again: from its file where that lies unchanged in its place and shows one face
 * only, so that nobody gets a bystander's; else from the portrait that was kept, where there is one.
 *
 * @throws LikenessError what no other photo would escape; `cancelled`.
 */
export async function encodeKept(
  context: Pick<ServiceContext, 'host' | 'store'>,
  photo: EnrolledPhoto,
  encoders: readonly string[],
  call: CallOptions,
): Promise<KeptPhoto> {
  const original = await originalOf(photo);
  if (original !== null) {
    const { faces, encodings } = await encode(context, original, 'largest', encoders, call);
    if (faces === 1) return { from: 'original', encodings };
  }
  const portrait = portraitOf(context.store, photo);
  if (portrait === null)
    return { from: null, obstacle: original === null ? 'original-missing' : 'original-ambiguous' };
  const { encodings } = await encode(context, portrait, 'central', encoders, call);
  return encodings.length > 0
    ? { from: 'portrait', encodings }
    : { from: null, obstacle: 'portrait-faceless' };
}

async function encode(
  { host }: Pick<ServiceContext, 'host'>,
  image: ImageSource,
  subject: 'largest' | 'central',
  encoders: readonly string[],
  call: CallOptions,
): Promise<Pick<HostResult<'encodeWith'>, 'faces' | 'encodings'>> {
  try {
    return await host.request('encodeWith', { image, subject, encoders }, signalOf(call));
  } catch (thrown) {
    if (thrown instanceof LikenessError && isAboutThePhoto(thrown))
      return { faces: 0, encodings: [] };
    throw thrown;
  }
}

const isAboutThePhoto = ({ code }: LikenessError): boolean =>
  code.startsWith('file_') || code.startsWith('image_');

/** The file, where it still is what was enrolled. */
async function originalOf({ source, photoHash }: EnrolledPhoto): Promise<ImageSource | null> {
  if (source === null) return null;
  // A program gets at no file where the owner has not let it in, also not by having it compared.
  if (confinement() !== undefined && !isConfined(source)) return null;
  try {
    const bytes = await readRegularFile(source, 'picture');
    const hash = createHash('sha256').update(bytes).digest('hex');
    return hash === photoHash ? { bytes, name: source } : null;
  } catch {
    return null;
  }
}

function portraitOf(store: Store, { portrait }: EnrolledPhoto): ImageSource | null {
  if (portrait === null) return null;
  const [record] = store.read((tables) => listPortraits(tables, [portrait]));
  return record === undefined ? null : { bytes: record.jpeg, name: `portrait ${portrait}` };
}

/** How many names the sentence has. */
const NAMED = 3;

export interface Somebody {
  readonly personId: number;
  readonly name: string;
}

const listStrangers: Handler<'models.strangers'> = async (context, _, call) => {
  const { id, version } = await encoderInUse(context, call);
  const encoder = { id, version };
  const { people, former } = context.store.read((tables) => ({
    people: strangersTo(tables, encoder),
    former: readAdoption(tables)?.former ?? null,
  }));
  return { encoder, people, former, warnings: strangerWarnings(context.store, encoder) };
};

/** Whom a model does not know, though another does. */
const strangersTo = (tables: ReadableStore, model: ModelKey): Somebody[] =>
  peopleUnknownTo(tables, model).flatMap((personId) => {
    const person = findPerson(tables, personId);
    return person === undefined ? [] : [{ personId, name: person.name }];
  });

/**
 * One sentence on everybody whom the encoder does not know because another one, or another version
 * of it, has enrolled them, and what to do; none where there is nobody. A model without a version
 * is not there and says so elsewhere.
 */
export function strangerWarnings(store: Store, { id, version }: ModelKey): string[] {
  if (version === '') return [];
  const { count, names } = store.read((tables) => {
    // Asked with every photo: two counts are cheaper than a look at everybody.
    if (countTemplatesOf(tables, { id, version }) === countTemplates(tables))
      return { count: 0, names: [] };
    const people = peopleUnknownTo(tables, { id, version });
    const shown = people.slice(0, NAMED).map((person) => findPerson(tables, person)?.name ?? '');
    return { count: people.length, names: shown };
  });
  if (count === 0) return [];
  const more = count > names.length ? ` and ${count - names.length} more` : '';
  const were = count === 1 ? '1 person was' : `${count} people were`;
  const are = count === 1 ? 'is' : 'are';
  return [
    `${were} enrolled with another encoder and ${are} unknown to ${id} ${version}: ${names.join(', ')}${more}. ` +
      `Run "likeness models adopt ${id}": it encodes the photos again that are kept, and says who must be enrolled again.`,
  ];
}

/** Photos under way at once: the host decodes one while it computes on another. */
const IN_FLIGHT = 3;

type Results = ReadonlyMap<string, KeptPhoto>;

/**
 * Encodes all kept photos first and writes nothing meanwhile; one transaction then adds the
 * encodings and makes the choice. Templates of other models stay, so that an undo finds them.
 */
const adoptModel: Handler<'models.adopt'> = async (context, { id, dryRun }, call) => {
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
    if (!dryRun) await switchEncoder(context);
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
  await mapConcurrently(photos, IN_FLIGHT, call.signal, async (photo, _, signal) => {
    const kept = await encodeKept(context, photo, [model.id], { ...call, signal });
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

/** Restarts the host with the chosen encoder and reloads the gallery. */
export async function switchEncoder({
  host,
  store,
  gallery,
  configuration,
}: ServiceContext): Promise<void> {
  gallery.forget();
  await host.reconfigure(hostConfiguration(store, configuration));
}

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
    await switchEncoder(context);
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

export const adoptionHandlers = {
  'models.strangers': listStrangers,
  'models.adopt': adoptModel,
  'models.undoAdoption': undoAdoption,
} satisfies Partial<Handlers>;
