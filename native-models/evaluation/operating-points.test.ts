import { describe, expect, it } from 'vitest';
import { equalErrorRate, errorCurve, operatingPoint, pointAtFar } from './rates.ts';
import { bellComparisons, comparisonsOf } from './testing/random.ts';

const small = comparisonsOf([0.1, 0.2, 0.3, 0.6], [0.25, 0.5, 0.7, 0.8]);

describe('operatingPoint', () => {
  it('counts distances at the threshold as matches', () => {
    expect(operatingPoint(small, 0.25)).toEqual({ threshold: 0.25, fmr: 0.25, fnmr: 0.5 });
    expect(operatingPoint(small, 0.05)).toEqual({ threshold: 0.05, fmr: 0, fnmr: 1 });
  });
});

describe('pointAtFar', () => {
  it('allows as many false matches as the rate permits and not one more', () => {
    expect(pointAtFar(small, 0.25)).toMatchObject({ fmr: 0.25, fnmr: 0.25 });
    expect(pointAtFar(small, 0.49)).toMatchObject({ fmr: 0.25, fnmr: 0.25 });
    expect(pointAtFar(small, 0.5)).toMatchObject({ fmr: 0.5, fnmr: 0 });
  });

  it('allows none where the comparisons are too few for the rate', () => {
    const point = pointAtFar(small, 0.001);
    expect(point).toMatchObject({ fmr: 0, fnmr: 0.5 });
    expect(point.threshold).toBeLessThan(0.25);
    expect(point.threshold).toBeGreaterThan(0.2499999);
  });

  it('never exceeds the rate where distances are tied', () => {
    const tied = comparisonsOf([0.1, 0.5], [0.5, 0.5, 0.5, 0.9]);
    expect(pointAtFar(tied, 0.5)).toMatchObject({ fmr: 0, fnmr: 0.5 });
    expect(pointAtFar(tied, 0.75)).toMatchObject({ fmr: 0.75, fnmr: 0 });
  });

  it('is not thrown off by binary fractions', () => {
    const nonMated = Array.from({ length: 30_000 }, (_, index) => 1 + index / 30_000);
    expect(pointAtFar(comparisonsOf([0.5], nonMated), 0.0001).fmr).toBe(3 / 30_000);
  });

  it('agrees with its own threshold, and that is the highest possible one', () => {
    const bell = bellComparisons(2_000, 50_000);
    for (const far of [1e-1, 1e-2, 1e-3, 1e-4, 1e-5]) {
      const point = pointAtFar(bell, far);
      expect(operatingPoint(bell, point.threshold)).toEqual(point);
      expect(point.fmr).toBeLessThanOrEqual(far);
      const above = new Uint32Array(Float32Array.of(point.threshold).buffer);
      above[0]! += 1;
      expect(operatingPoint(bell, new Float32Array(above.buffer)[0]!).fmr).toBeGreaterThan(far);
    }
  });

  it('loses mated photos without a face at every rate', () => {
    const failed = comparisonsOf([0.1, Infinity], [0.5, Infinity]);
    expect(pointAtFar(failed, 1)).toMatchObject({ fmr: 0.5, fnmr: 0.5 });
    expect(pointAtFar(failed, 1).threshold).toBe(0.5);
  });
});

describe('equalErrorRate', () => {
  it('is where the two rates are the same', () => {
    expect(equalErrorRate(small)).toBeCloseTo(0.25, 12);
  });

  it('lies between two thresholds where the rates jump across each other', () => {
    // Up to 0.3: FMR 0, FNMR 1/3. At 0.4: FMR 1/2, FNMR 1/3. They meet on the way at 1/3.
    expect(equalErrorRate(comparisonsOf([0.1, 0.3, 0.6], [0.4, 0.9]))).toBeCloseTo(1 / 3, 12);
  });

  it('is 0 for separated and 1 for inverted distances', () => {
    expect(equalErrorRate(comparisonsOf([0.1, 0.2], [0.5, 0.6]))).toBe(0);
    expect(equalErrorRate(comparisonsOf([0.5, 0.6], [0.1, 0.2]))).toBe(1);
  });

  it('agrees with the overlap of two bell curves', () => {
    // Means 0.45 apart, deviation 0.12 each: both err beyond 1.875 deviations, 3.04 %.
    expect(equalErrorRate(bellComparisons(40_000, 40_000))).toBeCloseTo(0.0304, 2);
  });
});

describe('errorCurve', () => {
  it('runs from no false match to everything matching, in few ascending points', () => {
    const curve = errorCurve(bellComparisons(1_000, 100_000));
    expect(curve.length).toBeLessThanOrEqual(400);
    expect(curve.length).toBeGreaterThan(250);
    expect(curve[0]!.fmr).toBe(0);
    expect(curve.at(-1)).toMatchObject({ fmr: 1, fnmr: 0 });
    for (const [index, point] of curve.slice(1).entries()) {
      expect(point.threshold).toBeGreaterThan(curve[index]!.threshold);
      expect(point.fnmr).toBeLessThanOrEqual(curve[index]!.fnmr);
    }
  });

  it('has finite thresholds only', () => {
    const curve = errorCurve(comparisonsOf([0.2, Infinity], [0.4, Infinity, Infinity]));
    expect(curve.at(-1)).toEqual({ threshold: Math.fround(0.4), fmr: 1 / 3, fnmr: 0.5 });
  });
});
