import { describe, expect, it } from 'vitest';
import { expectedFpir, identificationPoint, searchOpenSet } from './identification.ts';
import { finish } from './testing/finish.ts';

const at = (value: number) => Float32Array.of(value);

describe('searchOpenSet', () => {
  it('enrolls every other person once and searches with all other photos', () => {
    // Enrolled: person 0 at 0, person 2 at 10. Probes: 1 and 9 of person 0, 4 of person 1, 10.5 of 2.
    const { value } = finish(
      searchOpenSet({
        encodings: [0, 1, 9, 4, 10, 10.5].map(at),
        people: [0, 0, 0, 1, 2, 2],
      }),
    );
    expect(value?.gallery).toBe(2);
    expect([...value!.mated]).toEqual([0.5, 1, Infinity]);
    expect([...value!.nonMated]).toEqual([4]);
  });

  it('counts a probe without a face as finding nobody', () => {
    const { value } = finish(searchOpenSet({ encodings: [at(0), null, null], people: [0, 0, 1] }));
    expect([...value!.mated]).toEqual([Infinity]);
    expect([...value!.nonMated]).toEqual([Infinity]);
  });

  it('has nothing to say where nobody is left to be searched', () => {
    const { value } = finish(searchOpenSet({ encodings: [at(0), at(1)], people: [0, 2] }));
    expect(value).toBeNull();
  });
});

describe('identificationPoint', () => {
  it('gives both rates at a threshold', () => {
    const searches = {
      gallery: 2,
      mated: Float32Array.of(0.5, 1, Infinity, Infinity),
      nonMated: Float32Array.of(1, 4),
    };
    expect(identificationPoint(searches, 1)).toEqual({ threshold: 1, fpir: 0.5, fnir: 0.5 });
    expect(identificationPoint(searches, 0.5)).toEqual({ threshold: 0.5, fpir: 0, fnir: 0.75 });
  });
});

describe('expectedFpir', () => {
  it('grows with the gallery', () => {
    expect(expectedFpir(0.001, 1)).toBeCloseTo(0.001, 12);
    expect(expectedFpir(0.001, 1000)).toBeCloseTo(1 - 0.999 ** 1000, 12);
    expect(expectedFpir(1e-12, 10)).toBeCloseTo(1e-11, 16);
  });
});
