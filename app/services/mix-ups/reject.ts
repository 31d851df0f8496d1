import { createHash } from 'node:crypto';
import { LikenessError } from '../../../contract/errors.ts';
import {
  insertActivity,
  insertImpostor,
  listImpostors,
  readEncodingsOf,
  readImpostors,
  removeImpostor,
  type PersonRecord,
  type ReadableStore,
} from '../../../db/store.ts';
import type { AnalyzedFace } from '../../model-host/types.ts';
import { activity } from '../kept-settings.ts';
import { analyze, nameOf, subjectOf } from '../analysis.ts';
import { identificationThreshold } from '../calibration/threshold.ts';
import type { Handler, Handlers } from '../context.ts';
import { detailsOf } from '../people.ts';
import { resolvePerson } from '../person-reference.ts';
import { ownLimit, surroundingsOf } from '../../../native-models/evaluation/exclusions.ts';

/** Nearer than this to a template, a face is on the very photo that was enrolled. */
const SAME_FACE = 0.01;

/** Keeps the encoding of the face as an example of whom the person is not; no picture. */
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
    const example = insertImpostor(tables, { ...key, encoding, createdAt });
    if (example !== undefined) insertActivity(tables, activity('rejected', person.id, {}, now()));
    const examples = readImpostors(tables, encoder).filter(
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
    removeImpostor(tables, example);
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
  if (listImpostors(tables, id).some((held) => held.id === example)) return;
  throw new LikenessError('example_not_found', `${name} has no example ${example}.`, {
    details: { personId: id, example },
  });
}

export const exclusionHandlers = {
  'people.reject': rejectFace,
  'people.unreject': takeBackRejection,
} satisfies Partial<Handlers>;
