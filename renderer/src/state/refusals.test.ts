import { expect, test } from 'vitest';
import { errorCodes } from '../../../contract/errors.ts';
import { ASTRAY, filesOf, offeredForAll, remediesOf } from './refusals.ts';

test('each refusal has the remedies that can help it', () => {
  expect(remediesOf('several_faces')).toEqual(['face', 'largest']);
  expect(remediesOf('low_quality')).toEqual(['anyway']);
  expect(remediesOf('host_crashed')).toEqual(['again']);
  expect(remediesOf(ASTRAY)).toEqual(['name']);
});

test('where only another photo helps, nothing is offered', () => {
  for (const code of ['no_face', 'image_unrecognized', 'image_truncated', 'name_invalid', 'new'])
    expect(remediesOf(code)).toEqual([]);
});

test('whatever has a remedy is a code of the contract', () => {
  const own = [ASTRAY, 'disconnected'];
  const codes = ['several_faces', 'low_quality', 'host_crashed', 'host_timeout', 'internal'];
  for (const code of codes) expect(Object.keys(errorCodes)).toContain(code);
  for (const code of own) expect(Object.keys(errorCodes)).not.toContain(code);
});

test('what helps several photos alike is offered for all of them, with their number', () => {
  const codes = ['several_faces', 'no_face', 'several_faces', 'low_quality', 'several_faces'];
  expect(offeredForAll(codes)).toEqual([{ remedy: 'largest', count: 3 }]);
  expect(offeredForAll(['several_faces', 'low_quality'])).toEqual([]);
});

test('two files of one name are told apart by their order', () => {
  const asked = ['a.jpg', 'b.jpg', 'a.jpg', 'c.jpg'].map((name, file) => ({ name, file }));
  const refused = (...names: string[]) => names.map((file) => ({ file }));
  expect(filesOf(refused('a.jpg', 'a.jpg', 'c.jpg'), asked)).toEqual([0, 2, 3]);
  expect(filesOf(refused('b.jpg', 'a.jpg'), asked)).toEqual([1, 2]);
  expect(filesOf(refused('x.jpg'), asked)).toEqual([undefined]);
});
