import { expect, test } from 'vitest';
import { readSetting, writeSetting } from '../store.ts';
import { temporaryStore } from '../testing/temporary.ts';

test('a setting is absent, then what was written last', () => {
  const store = temporaryStore();
  const read = () => store.read((tables) => readSetting(tables, 'model.encoder'));
  expect(read()).toBeUndefined();
  for (const value of ['one', 'two'])
    store.write((tables) => {
      writeSetting(tables, 'model.encoder', value);
    });
  expect(read()).toBe('two');
});
