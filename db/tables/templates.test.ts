import { expect, test } from 'vitest';
import { change } from '../access.ts';
import {
  countDamagedTemplates,
  countTemplates,
  countTemplatesOf,
  insertPerson,
  insertTemplate,
  listTemplates,
  moveTemplates,
  ownersOfPhoto,
  readGallery,
  type Store,
} from '../store.ts';
import { encodingOf, model, NOW, photoHash, template } from '../testing/samples.ts';
import { temporaryStore } from '../testing/temporary.ts';

const person = (store: Store, name: string): number =>
  store.write((tables) => insertPerson(tables, name, NOW).id);

test('keeps what it was given', () => {
  const store = temporaryStore();
  const anna = person(store, 'Anna');
  const id = store.write((tables) => insertTemplate(tables, template(anna, 3)));
  expect(store.read((tables) => listTemplates(tables, anna))).toEqual([
    {
      id,
      personId: anna,
      modelId: model.id,
      modelVersion: model.version,
      quality: 0.5,
      photoHash: photoHash('photo 3'),
      source: '/photos/3.jpg',
      hasPortrait: false,
      createdAt: NOW,
    },
  ]);
});

test('a photo counts once per person, model and version', () => {
  const store = temporaryStore();
  const [anna, bert] = [person(store, 'Anna'), person(store, 'Bert')];
  const insert = (changes: object) =>
    store.write((tables) => insertTemplate(tables, { ...template(anna, 1), ...changes }));
  expect(insert({})).toBe(1);
  expect(insert({ encoding: encodingOf(9) })).toBeUndefined();
  expect(insert({ personId: bert })).toBeDefined();
  expect(insert({ model: { id: 'encoder', version: '2' } })).toBeDefined();
  expect(insert({ model: { id: 'other', version: '1' } })).toBeDefined();
  const hash = photoHash('photo 1');
  expect(store.read((tables) => ownersOfPhoto(tables, model, hash))).toEqual([anna, bert]);
  expect(store.read(countTemplates)).toBe(4);
});

test('a template without its person is refused', () => {
  const store = temporaryStore();
  const orphan = () => store.write((tables) => insertTemplate(tables, template(99, 1)));
  expect(orphan).toThrow(expect.objectContaining({ code: 'internal' }));
});

test('reads the gallery of one model and no other', () => {
  const store = temporaryStore();
  const [anna, bert] = [person(store, 'Anna'), person(store, 'Bert')];
  store.write((tables) => {
    insertTemplate(tables, template(bert, 1));
    insertTemplate(tables, { ...template(anna, 2), model: { id: 'encoder', version: '2' } });
    insertTemplate(tables, template(anna, 3));
  });
  const gallery = store.read((tables) => readGallery(tables, model));
  expect([...gallery.templateIds]).toEqual([1, 3]);
  expect([...gallery.personIds]).toEqual([bert, anna]);
  expect([...gallery.encodings]).toEqual([...encodingOf(1), ...encodingOf(3)]);
  expect(store.read((tables) => countTemplatesOf(tables, model))).toBe(2);
});

test('an empty gallery has empty arrays', () => {
  const gallery = temporaryStore().read((tables) => readGallery(tables, model));
  expect([gallery.templateIds.length, gallery.encodings.length]).toEqual([0, 0]);
});

test('encodings of another length are reported, not mixed in', () => {
  const store = temporaryStore();
  const anna = person(store, 'Anna');
  store.write((tables) => {
    insertTemplate(tables, template(anna, 1));
    insertTemplate(tables, { ...template(anna, 2), encoding: new Float32Array(64).fill(1) });
  });
  const reading = () => store.read((tables) => readGallery(tables, model));
  expect(reading).toThrow(expect.objectContaining({ code: 'database_corrupt' }));
});

test.each([
  ['zero throughout', new Float32Array(128)],
  ['not a number', new Float32Array(128).fill(NaN)],
  ['infinite', new Float32Array(128).fill(Infinity)],
])(
  'an encoding that is %s is refused, and one that lies in the file is left out and counted',
  (_, encoding) => {
    const store = temporaryStore();
    const anna = person(store, 'Anna');
    const insert = () =>
      store.write((tables) => insertTemplate(tables, { ...template(anna, 2), encoding }));
    expect(insert).toThrow(expect.objectContaining({ code: 'encoding_invalid' }));
    store.write((tables) => {
      insertTemplate(tables, template(anna, 1));
      insertTemplate(tables, template(anna, 3));
      const sealed = tables.personal.sealEncoding(encoding, anna);
      change(tables, 'UPDATE templates SET encoding = ? WHERE id = 1', sealed);
    });
    expect(store.read((tables) => readGallery(tables, model))).toMatchObject({
      templateIds: Int32Array.of(2),
      encodings: encodingOf(3),
      damaged: 1,
    });
    expect(store.read(countDamagedTemplates)).toBe(1);
  },
);

test('encodings that are views into a larger buffer are stored as themselves', () => {
  const store = temporaryStore();
  const anna = person(store, 'Anna');
  const view = Float32Array.from([9, 9, 1, 2, 3, 9]).subarray(2, 5);
  store.write((tables) => insertTemplate(tables, { ...template(anna, 1), encoding: view }));
  const gallery = store.read((tables) => readGallery(tables, model));
  expect([...gallery.encodings]).toEqual([1, 2, 3]);
});

test('moving leaves behind what the other has already', () => {
  const store = temporaryStore();
  const [anna, bert] = [person(store, 'Anna'), person(store, 'Bert')];
  store.write((tables) => {
    insertTemplate(tables, template(anna, 1));
    insertTemplate(tables, template(anna, 2));
    insertTemplate(tables, template(bert, 2));
  });
  expect(store.write((tables) => moveTemplates(tables, anna, bert))).toBe(1);
  const sources = store.read((tables) => listTemplates(tables, bert)).map(({ source }) => source);
  expect(sources).toEqual(['/photos/1.jpg', '/photos/2.jpg']);
  expect(store.read((tables) => listTemplates(tables, anna))).toHaveLength(1);
});

test('reads a gallery of 10,000 templates, each in its place', () => {
  const store = temporaryStore();
  store.write((tables) => {
    const { id } = insertPerson(tables, 'Anna', NOW);
    for (let seed = 0; seed < 10_000; seed++) insertTemplate(tables, template(id, seed));
  });
  const { encodings } = store.read((tables) => readGallery(tables, model));
  expect(encodings).toHaveLength(10_000 * 128);
  expect(encodings.subarray(9_999 * 128)).toEqual(encodingOf(9_999));
});
