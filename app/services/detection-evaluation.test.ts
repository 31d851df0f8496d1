import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CommandInput } from '../../contract/commands.ts';
import { testApplication, type TestApplication } from './testing/application.ts';

const measure = (app: TestApplication, more: Partial<CommandInput<'evaluation.detection'>> = {}) =>
  app.run('evaluation.detection', { images: `${app.folder}/photos`, ...more });

/** Two groups: of five photos one has no face that is found, and one has two. */
function photographed(): TestApplication {
  const app = testApplication();
  app.photo('photos/a/1.jpg', 'anna');
  app.photo('photos/a/2.jpg', 'ben');
  app.photo('photos/a/3.jpg', 'landscape');
  app.photo('photos/b/1.jpg', 'carla\ndan');
  app.photo('photos/b/2.jpg', 'eve');
  return app;
}

test('one face per photo is expected where nobody says otherwise, group by group', async () => {
  const app = photographed();
  const result = await measure(app);
  expect(result).toMatchObject({
    ...{ model: 'small-detector', photos: 5, files: 5, faces: 5, found: 4, recall: 0.8 },
    ...{ falseAlarmsPerPhoto: 0.2, withoutFaces: null, averagePrecision: null, curve: [] },
    groups: [
      { group: 'a', photos: 3, faces: 3, found: 2 },
      { group: 'b', photos: 2, faces: 2, found: 2, recall: 1 },
    ],
    missed: [`${app.folder}/photos/a/3.jpg`],
  });
  expect(result.recallInterval.low).toBeGreaterThan(0.3);
  expect(result.recallInterval.high).toBeLessThan(1);
});

test('boxes say where faces are: other finds are false alarms, and precision can be told', async () => {
  const app = photographed();
  const { faces } = await app.run('faces.detect', {
    image: { path: `${app.folder}/photos/a/1.jpg` },
  });
  const { x, y, width, height } = faces[0]!.box;
  const boxes = {
    'a/1.jpg': [[x, y, width, height]],
    'a/2.jpg': [[x + 2 * width, y, width, height]],
    'b/2.jpg': [],
  };
  writeFileSync(`${app.folder}/photos/boxes.json`, JSON.stringify(boxes));
  const result = await measure(app);
  expect(result).toMatchObject({ photos: 5, files: 5, faces: 2, found: 1, recall: 0.5 });
  expect(result.falseAlarmsPerPhoto).toBe(4 / 5);
  expect(result.averagePrecision).toBeGreaterThan(0);
  expect(result.curve).toHaveLength(5);
  expect(result.missed).toEqual([`${app.folder}/photos/a/2.jpg`]);
});

test('photos without faces are counted apart', async () => {
  const app = photographed();
  app.photo('empty/1.jpg', 'landscape');
  app.photo('empty/2.jpg', 'a cloud');
  const result = await measure(app, { withoutFaces: `${app.folder}/empty` });
  expect(result.withoutFaces).toEqual({ photos: 2, falseAlarms: 1 });
  expect(result.photos).toBe(5);
});

test('what cannot be read among photos without faces is listed as well', async () => {
  const app = photographed();
  app.photo('empty/1.jpg', 'landscape');
  app.photo('empty/2.jpg', 'damaged');
  const result = await measure(app, { withoutFaces: `${app.folder}/empty` });
  expect(result).toMatchObject({ files: 7, withoutFaces: { photos: 1, falseAlarms: 0 } });
  expect(result.unused).toMatchObject([{ file: `${app.folder}/empty/2.jpg` }]);
});

test('a group without a face has no recall', async () => {
  const app = photographed();
  writeFileSync(`${app.folder}/photos/boxes.json`, '{"a/1.jpg": [[1, 1, 9, 9]]}');
  const { groups } = await measure(app);
  expect(groups).toMatchObject([
    { group: 'a', faces: 1 },
    { group: 'b', faces: 0, recall: null },
  ]);
});

test.each([
  ['of another form', '{"a/1.jpg": [[1, 2, 3]]}', /is no list of boxes/u],
  ['no JSON at all', 'boxes', /is no list of boxes/u],
  ['of a photo that is not there', '{"c/9.jpg": []}', /boxes of "c\/9.jpg"/u],
  ['without a face', '{"a/1.jpg": []}', /has no face/u],
])('boxes %s are refused', async (_, text, message) => {
  const app = photographed();
  writeFileSync(`${app.folder}/boxes.json`, text);
  await expect(measure(app, { boxes: `${app.folder}/boxes.json` })).rejects.toMatchObject({
    code: 'evaluation_impossible',
    message: expect.stringMatching(message) as string,
  });
});

test('a damaged photo is listed, and counts for nothing', async () => {
  const app = photographed();
  app.photo('photos/b/3.jpg', 'damaged');
  const result = await measure(app);
  expect(result).toMatchObject({ photos: 5, files: 6, faces: 5, found: 4 });
  expect(result.unused).toMatchObject([{ code: 'image_truncated' }]);
});

test('where no photo can be read, nothing is measured', async () => {
  const app = testApplication();
  app.photo('photos/1.jpg', 'damaged');
  await expect(measure(app)).rejects.toMatchObject({ code: 'evaluation_impossible' });
});

test('a folder without photos is refused', async () => {
  const app = photographed();
  app.photo('nothing/below/too/deep.jpg', 'anna');
  await expect(measure(app, { images: `${app.folder}/nothing` })).rejects.toMatchObject({
    code: 'evaluation_impossible',
  });
});
