import { expect, test } from 'vitest';
import { randomNumbers } from './testing/random.ts';
import { decide, held, posteriorsOf, probabilityOfLogOdds, type Candidate } from './verifier.ts';

const curve = { midpoint: 0.64, slope: 40 };
/** So loose that only the number of people counts. */
const LOOSE = 2;

const candidate = (logOdds: number, more: Partial<Candidate> = {}): Candidate => ({
  ...{ distance: 0.5, threshold: LOOSE },
  logOdds,
  ...more,
});

test('with one person enrolled and no strict threshold it is the probability of the pair', () => {
  for (const odds of [-4, 0, 2.5]) {
    const [posterior] = posteriorsOf([candidate(odds)], { people: 1, curve });
    expect(posterior).toBeCloseTo(probabilityOfLogOdds(odds), 12);
  }
});

test('at the threshold in force it is one half, whatever the threshold, where distance is the evidence', () => {
  for (const threshold of [0.3, 0.55, 0.63]) {
    const at = (distance: number) => {
      const logOdds = curve.slope * (curve.midpoint - distance);
      return decide([{ distance, logOdds, threshold }], { people: 1, curve }).probabilities[0]!;
    };
    expect(at(threshold)).toBeCloseTo(0.5, 12);
    expect(at(threshold - 0.05)).toBeCloseTo(probabilityOfLogOdds(2), 12);
    expect(at(threshold + 0.05)).toBeCloseTo(probabilityOfLogOdds(-2), 12);
  }
});

test('a threshold beyond what the evidence allows names people, and makes nobody more likely', () => {
  const far = { distance: 0.7, logOdds: curve.slope * (0.64 - 0.7), threshold: LOOSE };
  expect(decide([far], { people: 1, curve })).toEqual({ named: true, probabilities: [0.5] });
});

test('people share what is sure: a runner-up cannot be likely beside a certain first', () => {
  // 78 % by itself.
  const candidates = [candidate(9), candidate(Math.log(0.78 / 0.22))];
  const [first, second] = posteriorsOf(candidates, { people: 10, curve });
  expect(first).toBeGreaterThan(0.99);
  expect(second).toBeLessThan(0.01);
  expect(first! + second!).toBeLessThanOrEqual(1);
});

test('the same evidence says less the more people there are to be taken for', () => {
  const among = (people: number) => posteriorsOf([candidate(4)], { people, curve })[0]!;
  // L = e⁴: L / k / (1 + L / k).
  expect(among(1)).toBeCloseTo(Math.exp(4) / (1 + Math.exp(4)), 12);
  expect(among(1000)).toBeCloseTo(Math.exp(4) / (1000 + Math.exp(4)), 12);
});

test('doubles share: the nearer is named with one half, the other is said to be nearly as likely', () => {
  const doubles = [
    candidate(9, { distance: 0.3 }),
    candidate(8.9, { distance: 0.301 }),
    candidate(8.8, { distance: 0.302 }),
  ];
  const { named, probabilities } = decide(doubles, { people: 3, curve });
  expect(named).toBe(true);
  expect(probabilities[0]).toBe(0.5);
  expect(probabilities[1]).toBeGreaterThan(0.25);
  expect(probabilities[1]! + probabilities[2]!).toBeCloseTo(0.5, 3);
});

test('what is held keeps the proportions of the rest', () => {
  expect(held(true, [0.2, 0.4])).toEqual([0.5, 0.25]);
  expect(held(false, [0.6, 0.2])).toEqual([0.375, 0.125]);
  expect(held(true, [0.7, 0.2])).toEqual([0.7, 0.2]);
  expect(held(false, [0.3, 0.1])).toEqual([0.3, 0.1]);
  expect(held(false, [])).toEqual([]);
});

test('evidence beyond what a number holds stays finite', () => {
  const candidates = [2000, 1990, -3000].map((odds) => candidate(odds));
  const expected = 1 / (1 + Math.exp(-10));
  expect(posteriorsOf(candidates, { people: 100, curve })[0]).toBeCloseTo(expected, 9);
  expect(posteriorsOf([], { people: 0, curve })).toEqual([]);
});

test('whatever the gallery, thresholds and evidence: a name has at least one half, an unknown face at most', () => {
  const random = randomNumbers(11);
  const outcomes = { named: 0, unknown: 0, held: 0 };
  for (let round = 0; round < 20_000; round++) {
    const people = Math.ceil(10 ** (4 * random()));
    const general = 0.2 + random();
    const candidates = Array.from({ length: Math.floor(6 * random()) }, (): Candidate => {
      const distance = 1.3 * random();
      // A verifier speaks as it likes, at times wildly against the distance.
      const noise = (random() - 0.5) * 10 ** (4 * random() - 1);
      const logOdds = curve.slope * (curve.midpoint - distance) + noise;
      return {
        distance,
        logOdds,
        threshold: random() < 0.2 ? Math.min(general, random()) : general,
      };
    }).sort((a, b) => a.distance - b.distance);
    const { named, probabilities } = decide(candidates, { people, curve });
    const [first] = candidates;
    expect(named).toBe(first !== undefined && first.distance <= first.threshold);
    const sum = probabilities.reduce((all, each) => all + each, 0);
    expect(sum).toBeLessThanOrEqual(1 + 1e-9);
    expect(Math.min(0, ...probabilities)).toBe(0);
    const [best, ...others] = probabilities;
    if (named) {
      expect(best).toBeGreaterThanOrEqual(0.5);
      expect(Math.max(0, ...others)).toBeLessThanOrEqual(0.5);
    } else {
      expect(Math.max(0, ...probabilities)).toBeLessThanOrEqual(0.5);
      expect(sum).toBeLessThanOrEqual(0.5 + 1e-9);
    }
    outcomes[named ? 'named' : 'unknown'] += 1;
    if (best === 0.5) outcomes.held += 1;
  }
  // Both sides and the border were met.
  expect(Math.min(outcomes.named, outcomes.unknown, outcomes.held)).toBeGreaterThan(500);
});
