import { expect, test } from 'vitest';
import { hrefOf, parseRoute } from './route.ts';

test('every address leads back to where it came from, whatever the name holds', () => {
  const name = 'Zoë / "O’Neil" #1 %41';
  expect(parseRoute(hrefOf('live', 'enroll', name))).toEqual({
    screen: 'live',
    rest: ['enroll', name],
  });
});

test('the former address of the photos leads there', () => {
  expect(parseRoute('#/identify')).toEqual({ screen: 'photos', rest: [] });
});

test.each(['', '#', '#/', '#/nowhere', '#/%E0%A4%A'])('%j is the live view', (hash) => {
  expect(parseRoute(hash).screen).toBe('live');
});
