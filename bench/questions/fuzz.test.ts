import { expect, test } from 'vitest';
import { modelsAreBuilt } from '../../app/services/testing/real-application.ts';
import { fuzz } from './fuzz.ts';

/** `npm run bench -- fuzz` gives five thousand; these are the first of another seed. */
const SEED = 20_261_201;
/** A hang is one for ever; how long a busy machine takes is not asked here. */
const MINUTES = 5;

test.skipIf(!modelsAreBuilt())(
  'damaged files are refused in words, whatever reads them',
  async () => {
    const { findings, refused, peakMb, mutants } = await fuzz(78, SEED, MINUTES * 60);
    expect(findings, `seed ${SEED}`).toEqual([]);
    expect(Object.values(refused).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
    expect([mutants, peakMb <= 1000]).toEqual([78, true]);
  },
);
