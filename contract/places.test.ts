import { expect, test } from 'vitest';
import { commands, type CommandName } from './commands.ts';
import { mapPlaces, placeOf, placesOf, stringsOf } from './places.ts';

const names = Object.keys(commands) as CommandName[];

/**
 * The strings of inputs that name no place on a disk or in a network: names of people and models,
 * words and codes. One that is not here, and that none of the schemas of `places.ts` has made, would
 * be a path that nobody checks.
 */
const words: Readonly<Record<string, RegExp>> = {
  names: /(^|\.)(name|person|from|into|stream)$/u,
  texts: /^(consent|note|changes\.camera|changes\.kiosk\.invitation)$/u,
  models: /(^|\.)(id|a|b|model|model\.id|model\.version|teacher|encoder|start\.id)$/u,
  layers: /(^|\.)(contentLayer|loss|variables\.\*|freeze\.\*)$/u,
  codes: /^(pin|current|ticket|today|to|endings\.\*)$/u,
};

/** `from` is a person in `people.merge`, a model in trainings, a day in the attendance. */
const withoutAddress: ReadonlySet<string> = new Set([
  'people.merge from',
  'training.encoder from',
  'training.styleEncoder from',
  'attendance.list from',
  'attendance.export from',
]);

test('every string of every input names a place by a schema of its own, or is known to name none', () => {
  const unknown = names.flatMap((name) =>
    stringsOf(commands[name].input)
      .filter(({ schema }) => placeOf(schema) === undefined)
      .filter(({ name: field }) => {
        const isWord = Object.values(words).some((known) => known.test(field));
        const isFrom = field === 'from' && !withoutAddress.has(`${name} ${field}`);
        return !isWord || isFrom;
      })
      .map(({ name: field }) => `${name} ${field}`),
  );
  expect(unknown).toEqual([]);
});

test('every field of an answer that is called like a place is one', () => {
  const unknown = names
    // Nobody but the owner is told what lies in a folder.
    .filter((name) => name !== 'files.browse')
    .flatMap((name) =>
      stringsOf(commands[name].output)
        .filter(({ name: field }) => /(^|\.)(\w*[fF]ile|path|\w*[fF]older|output)$/u.test(field))
        .filter(({ schema }) => placeOf(schema) === undefined)
        .map(({ name: field }) => `${name} ${field}`),
    );
  expect(unknown).toEqual([]);
});

test('the fields that name places are these', () => {
  const fields = names.flatMap((name) =>
    placesOf(commands[name].input).map(({ name: field, place }) => {
      const later = place.when === 'later' ? ', later' : '';
      return `${name} ${field}: ${place.access} ${place.names}${later}`;
    }),
  );
  expect(fields).toEqual(
    expect.arrayContaining([
      'faces.detect image.path: read file',
      'enrollment.importFolder root: read folder',
      'models.fetch from: read address',
      'models.import manifest: read file',
      'evaluation.run comparisons.file: read file',
      'backup.create file: write file',
      'files.browse at: read folder',
      'paintings.create settings.styles.*.mask: read file, later',
      'paintings.create settings.initial.path: read file, later',
      'paintings.create output: write file, later',
      'training.triplets work: write folder',
    ]),
  );
});

test('every place in an input is found and replaced, wherever it stands, and nothing else', () => {
  const { input } = commands['paintings.create'];
  const settings = {
    content: '/c',
    styles: [{ path: '/s', mask: '/m' }, { path: '/t' }],
    initial: { path: '/i' },
    encoder: '/encoder',
  };
  const payload = input.parse({ settings, output: '/o.png', previewFile: '/p.jpg' });
  const asked: string[] = [];
  const mapped = mapPlaces(input, payload, (text, _place, field) => {
    asked.push(`${field} ${text}`);
    return `!${text}`;
  });
  expect(asked).toEqual([
    'settings.content /c',
    'settings.styles.0.path /s',
    'settings.styles.0.mask /m',
    'settings.styles.1.path /t',
    'settings.initial.path /i',
    'output /o.png',
    'previewFile /p.jpg',
  ]);
  expect(mapped).toMatchObject({
    settings: { content: '!/c', encoder: '/encoder', initial: { path: '!/i' }, size: 512 },
    output: '!/o.png',
  });
});

test('what the walk does not know is no leaf by default', () => {
  const unknown = { _zod: { def: { type: 'template_literal' } } };
  expect(() => stringsOf(unknown as never)).toThrow(/does not know template_literal/u);
});
