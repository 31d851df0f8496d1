import { expect, test } from 'vitest';
import { flood } from './flood.ts';
import { hostile } from './hostile.ts';

/** `npm run bench -- hostile` gives ten thousand to each entrance; these are the first of another seed. */
const SEED = 20_261_202;

test('hostile messages are refused in words, whichever the entrance, and fill no memory', async () => {
  const { entrances, findings } = await hostile(120, SEED, false);
  expect(findings, `seed ${SEED}`).toEqual([]);
  expect(Object.keys(entrances)).toHaveLength(6);
  for (const { messages, answers, peakMb } of Object.values(entrances)) {
    const refused = Object.entries(answers).filter(([answer]) => !/^(ok|2\d\d)$/u.test(answer));
    expect(refused.reduce((sum, [, count]) => sum + count, 0)).toBeGreaterThan(messages / 2);
    expect(peakMb).toBeLessThan(600);
  }
}, 300_000);

test('an owner is refused nothing while a stranger floods the server', async () => {
  const { refused, flooded, stranger } = await flood(3);
  expect(refused).toEqual([]);
  for (const { count } of Object.values(flooded)) expect(count).toBeGreaterThan(0);
  expect(stranger.answers['429']).toBeGreaterThan(0);
  expect(stranger.answers['let in']).toBeUndefined();
}, 300_000);
