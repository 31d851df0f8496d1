import { expect, test } from 'vitest';
import { testApplication } from './testing/application.ts';

test.each(['ANNA', 'An\u200Cna', 'Ａnna'])(
  'a rename to %j beside Anna is pointed out',
  async (name) => {
    const app = testApplication();
    for (const who of ['Anna', 'Bert'])
      await app.run('enrollment.enroll', { name: who, images: [app.photo(`${who}.jpg`, who)] });
    const renamed = await app.run('people.rename', { person: 'Bert', name });
    expect(renamed.alike).toEqual([{ id: 1, name: 'Anna' }]);
    expect(renamed.warnings).toEqual([expect.stringContaining('Anna (number 1)')]);
  },
);

test('somebody new, and somebody split off, are pointed out beside a name written almost the same', async () => {
  const app = testApplication();
  const enroll = (name: string, photos: readonly string[]) =>
    app.run('enrollment.enroll', { name, images: photos.map((photo) => app.photo(photo, photo)) });
  expect((await enroll('Anna', ['a', 'b'])).alike).toEqual([]);
  expect((await enroll('ANNA', ['c'])).alike).toEqual([{ id: 1, name: 'Anna' }]);
  // Said once: the person is not new any more.
  expect((await enroll('ANNA', ['d'])).alike).toEqual([]);
  const [first] = (await app.run('people.show', { person: 'Anna' })).person.templateList;
  const split = await app.run('people.split', {
    person: 'Anna',
    name: 'anna',
    templates: [first!.id],
  });
  expect(split.alike.map(({ name }) => name).toSorted()).toEqual(['ANNA', 'Anna']);
  expect(split.warnings).toHaveLength(2);
});
