import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../foundation/random.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { float32 } from '../graph/tensor.ts';
import { operators } from '../ops/registry.ts';
import { openGraph, Runtime } from '../runtime/runtime.ts';
import { pairMasks, tripletLoss, type Mining } from './losses.ts';

const MARGIN = 0.3;
const DIMENSION = 3;
const people = [1, 1, 1, 2, 2, 3, 3, 4];
const rows = people.map((person, index) => {
  const random = new RandomStream(2, 'row', index);
  const center = new RandomStream(person, 'middle');
  const raw = Array.from({ length: DIMENSION }, () => center.normal() + 0.7 * random.normal());
  return raw.map((value) => value / Math.hypot(...raw));
});
const distance = (i: number, j: number) =>
  rows[i]!.reduce((sum, value, k) => sum + (value - rows[j]![k]!) ** 2, 0);

const indices = [...people.keys()];
const positivesOf = (a: number) => indices.filter((p) => p !== a && people[p] === people[a]);
const negativesOf = (a: number) => indices.filter((n) => people[n] !== people[a]);

/** Loss and share of active triplets, written as the papers have them. */
const byHand: Readonly<Record<Mining, () => { loss: number; active: number }>> = {
  'batch-all': () => {
    const losses = indices.flatMap((a) =>
      positivesOf(a).flatMap((p) =>
        negativesOf(a).map((n) => Math.max(distance(a, p) - distance(a, n) + MARGIN, 0)),
      ),
    );
    const active = losses.filter((loss) => loss > 0);
    return { loss: sum(active) / active.length, active: active.length / losses.length };
  },
  'semi-hard': () => {
    const losses = indices.flatMap((a) =>
      positivesOf(a).map((p) => {
        const all = negativesOf(a).map((n) => distance(a, n));
        const farther = all.filter((value) => value > distance(a, p));
        const picked = farther.length > 0 ? Math.min(...farther) : Math.max(...all);
        return Math.max(distance(a, p) - picked + MARGIN, 0);
      }),
    );
    return meanOf(losses);
  },
  'batch-hard': () => {
    const anchors = indices.filter((a) => positivesOf(a).length > 0);
    const losses = anchors.map((a) => {
      const farthest = Math.max(...positivesOf(a).map((p) => distance(a, p)));
      const nearest = Math.min(...negativesOf(a).map((n) => distance(a, n)));
      return Math.max(farthest - nearest + MARGIN, 0);
    });
    return meanOf(losses);
  },
};

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const meanOf = (losses: readonly number[]) => ({
  loss: sum(losses) / losses.length,
  active: losses.filter((loss) => loss > 0).length / losses.length,
});

describe('triplet losses equal their definitions; whoever has one photo is a negative only', () => {
  it.each(Object.keys(byHand) as Mining[])('%s', async (mining) => {
    const builder = new GraphBuilder('loss', operators);
    const shape = [people.length, DIMENSION];
    const encodings = builder.input('encodings', 'float32', shape);
    const { positive, negative } = pairMasks(people);
    const masks = { positive: builder.constant(positive), negative: builder.constant(negative) };
    const { loss, watched } = tripletLoss(builder, encodings, masks, { mining, margin: MARGIN });
    const graph = builder.build({ loss, ...watched });
    const session = await openGraph(new Runtime({ provider: 'cpu', threads: 1 }), graph);

    // Twice as long: the loss brings encodings to length 1.
    const fed = float32(
      shape,
      rows.flat().map((value) => 2 * value),
    );
    const results = await session.run({ encodings: fed });
    await session.dispose();

    const expected = byHand[mining]();
    expect(expected.active).toBeGreaterThan(0);
    expect(expected.active).toBeLessThan(1);
    expect(Number(results['loss']!.data[0])).toBeCloseTo(expected.loss, 5);
    expect(Number(results['active']!.data[0])).toBeCloseTo(expected.active, 5);
  });
});
