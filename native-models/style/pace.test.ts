import { describe, expect, test } from 'vitest';
import { PaintingPace, type PaceReading } from './pace.ts';

const levels = [
  { steps: 4, secondsPerStep: 0.5 },
  { steps: 3, secondsPerStep: 1 },
];

describe('counting', () => {
  test('goes over all sizes, and late steps are a larger share of the work', () => {
    const pace = new PaintingPace(levels, () => 0);
    pace.enter(0, 0);
    expect(pace.next).toBe(1);
    // Work in halves of a second: 4 + 3 to open here, (3 + 3) · 2 there.
    expect(pace.tick()).toMatchObject({ step: 1, steps: 7, share: 1 - 15 / 19 });
    pace.enter(1, 0);
    expect(pace.next).toBe(5);
    expect(pace.tick()).toMatchObject({ step: 5, steps: 7, share: 1 - 4 / 19 });
    pace.tick();
    expect(pace.tick()).toMatchObject({ step: 7, steps: 7, share: 1, secondsLeft: 0 });
  });

  test('goes on after a stop with the step that is next', () => {
    const pace = new PaintingPace(levels, () => 0);
    pace.enter(1, 1);
    expect(pace.tick()).toMatchObject({ step: 6, steps: 7 });
  });
});

/**
 * A painting of 384 pixels in 60 steps at its first size, as it was recorded on two cores: time of the
 * processor, so that nothing else on the machine is in it.
 */
const recorded = [
  {
    size: { width: 136, height: 96 },
    secondsPerStep: 0.0479,
    opening: 2172,
    ms: [
      39, 41, 39, 35, 31, 30, 30, 40, 36, 53, 46, 43, 38, 42, 47, 44, 35, 32, 40, 63, 79, 76, 45,
      31, 59, 58, 57, 49, 44, 48, 46, 53, 65, 45, 46, 45, 47, 59, 71, 47, 44, 68, 46, 40, 41, 44,
      42, 44, 52, 44, 44, 43, 46, 48, 60, 58, 47, 47, 47, 40,
    ],
  },
  {
    size: { width: 192, height: 135 },
    secondsPerStep: 0.0879,
    opening: 217,
    ms: [
      98, 96, 98, 100, 98, 139, 103, 104, 90, 86, 119, 93, 92, 95, 94, 95, 93, 125, 85, 101, 140,
      88, 85, 86, 87, 95, 106, 79, 101, 97, 119, 100, 119, 68, 75, 98, 96, 101, 133, 107, 96, 96,
    ],
  },
  {
    size: { width: 272, height: 191 },
    secondsPerStep: 0.168,
    opening: 259,
    ms: [
      245, 179, 245, 169, 231, 189, 207, 139, 153, 160, 200, 181, 195, 192, 199, 184, 177, 179, 184,
      186, 155, 149, 154, 177, 187, 202, 174, 179, 168, 173,
    ],
  },
  {
    size: { width: 384, height: 270 },
    secondsPerStep: 0.3248,
    opening: 695,
    ms: [
      308, 316, 308, 275, 265, 324, 323, 285, 320, 387, 357, 326, 360, 334, 284, 295, 304, 353, 294,
      310, 267,
    ],
  },
];

interface Shown extends PaceReading {
  /** Seconds since the beginning. */
  readonly at: number;
}

/** What is shown while the recorded painting is painted, each step slower by what is given. */
function show(slower: (at: number) => number = () => 1): readonly Shown[] {
  let now = 0;
  const paced = recorded.map(({ secondsPerStep, ms }) => ({ secondsPerStep, steps: ms.length }));
  const pace = new PaintingPace(paced, () => now);
  const pass = (ms: number): void => {
    now += ms * slower(now / 1000);
  };
  const shown: Shown[] = [];
  for (const [level, { opening, ms }] of recorded.entries()) {
    pass(opening);
    pace.enter(level, 0);
    for (const step of ms) {
      pass(step);
      shown.push({ ...pace.tick(), at: now / 1000 });
    }
  }
  return shown;
}

/** Of the work, after which the time left is meant to be steady. */
const SETTLED = 0.04;

/** The most by which the time left has ever risen above what was shown before, in seconds. */
function largestRise(shown: readonly Shown[]): number {
  let least = Infinity;
  let rise = 0;
  for (const { share, secondsLeft } of shown)
    if (share >= SETTLED) {
      rise = Math.max(rise, secondsLeft - least);
      least = Math.min(least, secondsLeft);
    }
  return rise;
}

describe('time left', () => {
  test('never jumps up while the speed stays the same, from one size to the next', () => {
    expect(largestRise(show())).toBeLessThan(1);
  });

  test.each([0.25, 0.5, 0.75])('is about right after %d of the time', (when) => {
    const shown = show();
    const total = shown.at(-1)!.at;
    const { at, secondsLeft } = shown.find((reading) => reading.at >= when * total)!;
    expect(secondsLeft / (total - at)).toBeGreaterThan(0.75);
    expect(secondsLeft / (total - at)).toBeLessThan(1.25);
  });

  test('is as steady on a machine that is five times slower than predicted', () => {
    const shown = show(() => 5);
    expect(largestRise(shown) / shown.at(-1)!.at).toBeLessThan(0.05);
  });

  test('comes to the new time, without a jump, where the machine becomes half as fast', () => {
    const shown = show((at) => (at < 8 ? 1 : 2));
    const steps = shown.map(({ secondsLeft, share }, i) => {
      const before = shown[i - 1];
      return before === undefined || share < SETTLED ? 0 : secondsLeft - before.secondsLeft;
    });
    expect(Math.max(...steps)).toBeLessThan(2);
    const { at, secondsLeft } = shown.find((reading) => reading.at > 26)!;
    expect(secondsLeft / (shown.at(-1)!.at - at)).toBeGreaterThan(0.7);
  });

  test('ends at nothing, and the share at all', () => {
    expect(show().at(-1)).toMatchObject({ secondsLeft: 0, share: 1 });
  });
});
