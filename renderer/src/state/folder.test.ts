import { expect, test } from 'vitest';
import { planFolder } from './folder.ts';

const files = (...paths: readonly string[]) =>
  paths.map((path) => ({ path, file: new File([], path) }));
const owners = (...paths: readonly string[]) =>
  planFolder(files(...paths)).photos.map(({ path, person }) => [person, path]);

test('a photo belongs to the folder below the root, however deep it lies', () => {
  expect(owners('all/Bea/b.jpg', 'all/Ada/2019/a.png')).toEqual([
    ['Ada', 'all/Ada/2019/a.png'],
    ['Bea', 'all/Bea/b.jpg'],
  ]);
});

test('a folder of nothing but photos is one person', () => {
  expect(owners('Ada/1.jpg', 'Ada/2.JPEG')).toEqual([
    ['Ada', 'Ada/1.jpg'],
    ['Ada', 'Ada/2.JPEG'],
  ]);
});

test('a photo beside the people is nobody’s, and is reported', () => {
  const plan = planFolder(files('all/group.jpg', 'all/Ada/1.jpg'));
  expect(plan.photos.map(({ path }) => path)).toEqual(['all/Ada/1.jpg']);
  expect(plan.astray.map(({ path }) => path)).toEqual(['all/group.jpg']);
});

test('what is no picture, or hidden, is passed over', () => {
  expect(owners('all/Ada/notes.txt', 'all/Ada/.DS_Store', 'all/Ada/._1.jpg')).toEqual([]);
});
