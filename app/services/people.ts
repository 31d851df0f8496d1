import { createHash } from 'node:crypto';
import type { CommandOutput } from '../../contract/commands.ts';
import { LikenessError } from '../../contract/errors.ts';
import {
  erasePerson,
  findPersonByName,
  insertActivity,
  insertConsent,
  insertPerson,
  lastSeenOf,
  listConsents,
  listExclusions,
  listPeople as allPeople,
  listPortraits,
  listTemplates,
  foldInto,
  moveSomeTemplates,
  putExamples,
  putRows,
  removePhoto,
  takeExamples,
  takeRows,
  unfold,
  updateHidden,
  updateName,
  updatePortrait,
  type PersonRecord,
  type ReadableStore,
  type Store,
  type TemplateRecord,
  insertExclusion,
  readEncodingsOf,
  readExclusions,
  removeExclusion,
} from '../../db/store.ts';
import { ownLimit, surroundingsOf } from '../../native-models/evaluation/exclusions.ts';
import type { AnalyzedFace } from '../model-host/types.ts';
import { analyze, nameOf, subjectOf } from './analysis.ts';
import { identificationThreshold } from './calibration/threshold.ts';
import { activity } from './kept-settings.ts';
import { removePicturesOf } from './erasure.ts';
import type { Handler, Handlers } from './context.ts';
import { eraseExclusionsShowing, exclusionsShowing } from './exclusions.ts';
import { namesakesOf, resolvePerson } from './person-reference.ts';

export const listPeople: Handler<'people.list'> = ({ store }) => ({
  people: store.read(allPeople),
});

const showPerson: Handler<'people.show'> = ({ store }, { person }) => ({
  person: store.read((tables) => detailsOf(tables, resolvePerson(tables, person))),
});

const renamePerson: Handler<'people.rename'> = ({ store, now, undos }, payload) => {
  const { name } = payload;
  let former = '';
  const person = store.write((tables) => {
    const { id, ...rest } = resolvePerson(tables, payload.person);
    refuseTaken(findPersonByName(tables, name), id);
    former = rest.name;
    updateName(tables, id, name);
    insertActivity(tables, activity('renamed', id, {}, now()));
    return { ...rest, id, name };
  });
  const { id } = person;
  const undo = undos.note({
    kind: 'move',
    name: { name: former, of: id },
    undo: (tables) => {
      updateName(tables, id, former);
      return id;
    },
  });
  return { person, undo, ...besides(store, person) };
};

function besides(store: Store, person: PersonRecord) {
  const alike = store.read((tables) => namesakesOf(tables, person));
  const warnings = alike.map(
    ({ id, name }) =>
      `${person.name} and ${name} (number ${id}) are two people whose names look alike. ` +
      'Merge them if they are one person.',
  );
  return { alike, warnings };
}

/** Hidden people stay recognized and named everywhere: only the gallery that is shown leaves them out. */
const hidePerson: Handler<'people.hide'> = ({ store }, payload) => ({
  person: store.write((tables) => {
    const { id } = resolvePerson(tables, payload.person);
    updateHidden(tables, id, payload.hidden);
    return resolvePerson(tables, id);
  }),
});

export const choosePortrait: Handler<'people.choosePortrait'> = ({ store }, payload) => ({
  person: store.write((tables) => {
    const person = resolvePerson(tables, payload.person);
    if (payload.template !== null) requireTemplate(tables, person, payload.template);
    updatePortrait(tables, person.id, payload.template);
    return resolvePerson(tables, person.id);
  }),
});

/** Everything of `from` moves; templates of a photo that both have are kept once. */
const mergePeople: Handler<'people.merge'> = ({ store, gallery, now, undos }, payload) => {
  const { from, person, rows } = store.write((tables) => {
    const from = resolvePerson(tables, payload.from);
    const into = resolvePerson(tables, payload.into);
    refuseSelf(from, into);
    const rows = { from: takeRows(tables, [from.id]), into: takeRows(tables, [into.id]) };
    const templates = foldInto(tables, from.id, into.id);
    insertActivity(tables, activity('merged', into.id, { templates }, now()));
    return { from, person: resolvePerson(tables, into.id), rows };
  });
  gallery.forget();
  const undo = undos.note({
    kind: 'move',
    name: { name: from.name, of: from.id },
    undo: (tables) => {
      resolvePerson(tables, person.id);
      unfold(tables, rows.from, rows.into);
      return from.id;
    },
  });
  return { person, undo };
};

/** The photos go, with all their templates and portraits; notes of consent and of activity stay where they were. */
const splitPerson: Handler<'people.split'> = ({ store, gallery, now, undos }, payload) => {
  const { name } = payload;
  const people = store.write((tables) => {
    const from = resolvePerson(tables, payload.person);
    refuseTaken(findPersonByName(tables, name));
    payload.templates.forEach((id) => requireTemplate(tables, from, id));
    const wanted = withSiblings(listTemplates(tables, from.id), payload.templates);
    const { id } = insertPerson(tables, name, now().toISOString());
    const templates = moveSomeTemplates(tables, wanted, from.id, id);
    insertActivity(tables, activity('split', id, { templates }, now()));
    return { person: resolvePerson(tables, id), from: resolvePerson(tables, from.id) };
  });
  gallery.forget();
  const { person, from } = people;
  const undo = undos.note({
    kind: 'move',
    undo: (tables) => {
      foldInto(tables, resolvePerson(tables, person.id).id, resolvePerson(tables, from.id).id);
      return from.id;
    },
  });
  return { ...people, undo, ...besides(store, person) };
};

export const removeTemplate: Handler<'people.removeTemplate'> = async (context, payload) => {
  const { store, gallery, now, undos, erasure } = context;
  const { template } = payload;
  const { person, removed } = store.write((tables) => {
    const { id, ...owner } = resolvePerson(tables, payload.person);
    requireTemplate(tables, { ...owner, id }, template);
    const templates = removePhoto(tables, template);
    const counts = { templates: templates.length };
    insertActivity(tables, activity('template-removed', id, counts, now()));
    return { person: resolvePerson(tables, id), removed: templates };
  });
  // Or an undo would bring the photo back.
  undos.dropMoves();
  await gallery.remove(removed);
  await erasure.now();
  return { person };
};

export const noteConsent: Handler<'people.noteConsent'> = ({ store, now }, payload) => ({
  person: store.write((tables) => {
    const person = resolvePerson(tables, payload.person);
    insertConsent(tables, person.id, { note: payload.note, createdAt: now().toISOString() });
    return detailsOf(tables, person);
  }),
});

const showPortraits: Handler<'people.portraits'> = ({ store }, { templates }) => ({
  portraits: store.read((tables) => listPortraits(tables, templates)),
});

/**
 * What is deleted is gone from the disk as well; the receipt says what went. For an undo it lies in memory
 * a little longer.
 */
export const deletePerson: Handler<'people.delete'> = async (context, payload) => {
  const { store, gallery, now, undos, erasure } = context;
  const { deleted, templates, erased, rows, examples } = store.write((tables) => {
    const person = resolvePerson(tables, payload.person);
    const templates = listTemplates(tables, person.id);
    const rows = takeRows(tables, [person.id]);
    const examples = takeExamples(tables, exclusionsShowing(tables, person));
    const shown = eraseExclusionsShowing(tables, person);
    const own = erasePerson(tables, person.id);
    const erased = { ...own, impostors: own.impostors + shown };
    insertActivity(tables, activity('deleted', null, { ...erased }, now()));
    return { deleted: person, templates, erased, rows, examples };
  });
  await gallery.remove(templates.map(({ id }) => id));
  undos.dropMoves();
  const undo = undos.note({
    kind: 'deletion',
    name: { name: deleted.name, of: deleted.id },
    undo: (tables) => {
      putRows(tables, rows);
      putExamples(tables, examples);
      return deleted.id;
    },
  });
  const photos = {
    hashes: templates.map(({ photoHash }) => photoHash),
    sources: templates.flatMap(({ source }) => source ?? []),
  };
  const pictures = await removePicturesOf(store, photos);
  const { done, obstacle, removed, remaining } = await erasure.now();
  const receipt = {
    ...erased,
    copies: removed.length,
    scrubbed: done,
    obstacle,
    remaining: [...remaining, ...pictures],
  };
  return { deleted, receipt, undo };
};

/** With the templates that other models made of the same photos. */
function withSiblings(held: readonly TemplateRecord[], templates: readonly number[]): number[] {
  const wanted = new Set(templates);
  const photos = new Set(held.filter(({ id }) => wanted.has(id)).map(({ photoHash }) => photoHash));
  return held.filter(({ photoHash }) => photos.has(photoHash)).map(({ id }) => id);
}

export function detailsOf(
  tables: ReadableStore,
  person: PersonRecord,
): CommandOutput<'people.show'>['person'] {
  return {
    ...person,
    templateList: listTemplates(tables, person.id),
    consents: listConsents(tables, person.id),
    impostors: listExclusions(tables, person.id),
    lastSeen: lastSeenOf(tables, person.id),
  };
}

/** `id` is whoever may have the name. */
function refuseTaken(holder: PersonRecord | undefined, id?: number): void {
  if (holder === undefined || holder.id === id) return;
  throw new LikenessError(
    'person_exists',
    `Somebody else is named ${holder.name} (number ${holder.id}). Choose another name, or merge the two.`,
    { details: { name: holder.name, personId: holder.id } },
  );
}

function refuseSelf(from: PersonRecord, into: PersonRecord): void {
  if (from.id !== into.id) return;
  throw new LikenessError(
    'invalid_input',
    `${from.name} cannot be merged with themselves. Name two different people.`,
    { details: { fields: [{ field: 'into', message: 'is the same person as from' }] } },
  );
}

function requireTemplate(tables: ReadableStore, { id, name }: PersonRecord, template: number) {
  if (listTemplates(tables, id).some((held) => held.id === template)) return;
  throw new LikenessError('template_not_found', `${name} has no template ${template}.`, {
    details: { personId: id, template },
  });
}

const undoPeople: Handler<'people.undo'> = ({ store, gallery, undos, now }, { ticket }) => {
  const { name, undo } = undos.take(ticket);
  const person = store.write((tables) => {
    const holder = name && findPersonByName(tables, name.name);
    if (holder !== undefined && holder.id !== name?.of)
      throw new LikenessError(
        'person_exists',
        `Somebody else is named ${holder.name} by now (number ${holder.id}). Rename them first.`,
        { details: { name: holder.name, personId: holder.id } },
      );
    const id = undo(tables);
    insertActivity(tables, activity('undone', id, {}, now()));
    return id;
  });
  gallery.forget();
  return { person };
};

/** Nearer than this to a template, a face is on the very photo that was enrolled. */
const SAME_FACE = 0.01;

/** Excludes the face from being the person: its encoding is kept, and no picture. */
const rejectFace: Handler<'people.reject'> = async (context, payload, call) => {
  const { store, host, gallery, now } = context;
  const { image, at } = payload;
  const analysis = await analyze(host, image, { encode: 'principal', at }, call);
  const { encoder, photoHash } = analysis;
  const face = subjectOf(analysis, nameOf(image), 'largest');
  const { encoding } = face;
  const general = identificationThreshold(store, encoder);
  const result = store.write((tables) => {
    const person = resolvePerson(tables, payload.person);
    const templates = readEncodingsOf(tables, encoder, person.id);
    const { excluded: distance } = surroundingsOf(templates, [encoding]);
    refuseOwn(person, templates.length, distance);
    const createdAt = now().toISOString();
    const key = { personId: person.id, model: encoder, photoHash: keyOf(photoHash, face) };
    const example = insertExclusion(tables, { ...key, encoding, createdAt });
    if (example !== undefined) insertActivity(tables, activity('rejected', person.id, {}, now()));
    const examples = readExclusions(tables, encoder).filter(
      ({ personId }) => personId === person.id,
    );
    const surroundings = surroundingsOf(
      templates,
      examples.map((each) => each.encoding),
    );
    return {
      person: detailsOf(tables, person),
      example: example ?? examples.at(-1)!.id,
      distance,
      threshold: Math.min(general, ownLimit(surroundings)),
      warnings: surroundings.own < surroundings.excluded ? [] : [contradiction(person)],
    };
  });
  gallery.forget();
  return result;
};

const takeBackRejection: Handler<'people.unreject'> = async (context, payload) => {
  const { store, gallery, now, undos, erasure } = context;
  const { example } = payload;
  const person = store.write((tables) => {
    const owner = resolvePerson(tables, payload.person);
    requireExample(tables, owner, example);
    removeExclusion(tables, example);
    insertActivity(tables, activity('rejected', owner.id, { takenBack: 1 }, now()));
    return detailsOf(tables, owner);
  });
  // Or an undo would bring the example back.
  undos.dropMoves();
  gallery.forget();
  await erasure.now();
  return { person };
};

/** Several faces of one photo may be examples; the same one is kept once. */
const keyOf = (photoHash: string, { box }: AnalyzedFace): string =>
  createHash('sha256')
    .update(`${photoHash} ${Math.round(box.x)} ${Math.round(box.y)}`)
    .digest('hex');

function refuseOwn({ id, name }: PersonRecord, templates: number, distance: number): void {
  if (templates === 0)
    throw new LikenessError(
      'template_not_found',
      `${name} has no photo that was enrolled with the encoder in use, so nobody is taken for them.`,
      { details: { personId: id } },
    );
  if (distance > SAME_FACE) return;
  throw new LikenessError(
    'already_enrolled',
    `This very face is enrolled as ${name}. If it is somebody else, remove that photo of ${name}.`,
    { details: { personId: id } },
  );
}

const contradiction = ({ name }: PersonRecord): string =>
  `The face is nearer to a photo of ${name} than other photos of ${name} are. Look whether one of them shows somebody else; ${name} may be missed now and then.`;

function requireExample(tables: ReadableStore, { id, name }: PersonRecord, example: number): void {
  if (listExclusions(tables, id).some((held) => held.id === example)) return;
  throw new LikenessError('example_not_found', `${name} has no example ${example}.`, {
    details: { personId: id, example },
  });
}

export const peopleHandlers = {
  'people.list': listPeople,
  'people.show': showPerson,
  'people.rename': renamePerson,
  'people.merge': mergePeople,
  'people.hide': hidePerson,
  'people.choosePortrait': choosePortrait,
  'people.split': splitPerson,
  'people.removeTemplate': removeTemplate,
  'people.noteConsent': noteConsent,
  'people.portraits': showPortraits,
  'people.delete': deletePerson,
  'people.undo': undoPeople,
  'people.reject': rejectFace,
  'people.unreject': takeBackRejection,
} satisfies Partial<Handlers>;
