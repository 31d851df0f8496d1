import { describe, expect, it } from 'vitest';
import { cannedInput, cannedModel } from './canned-model.ts';
import { judge, proveProviders } from './proof.ts';
import { builtInProviders } from './providers.ts';
import { startSession } from './session.ts';

describe('proveProviders', () => {
  it('proves the CPU, and says in words why any other provider does not run', async () => {
    const proofs = await proveProviders();

    expect(proofs.map(({ provider }) => provider)).toEqual(builtInProviders());
    expect(proofs[0]).toMatchObject({
      provider: 'cpu',
      available: true,
      proven: true,
      maxAbsDifference: 0,
    });
    expect(proofs[0]?.milliseconds).toBeGreaterThan(0);
    for (const { available, proven, message } of proofs.slice(1))
      expect(message).toMatch(
        available ? (proven ? /agrees with the CPU/ : /do not use it/) : /could not be started/,
      );
  });

  it('does not claim what the platform does not have', async () => {
    const [proof] = await proveProviders([process.platform === 'win32' ? 'coreml' : 'directml']);

    expect(proof).toMatchObject({ available: false, proven: false, maxAbsDifference: null });
    expect(proof?.message).toMatch(/could not be started/);
  });
});

describe('judge', () => {
  it.each([
    [0.0005, true],
    [0.2, false],
    [Number.NaN, false],
  ])('a difference of %d proves: %s', (difference, proven) => {
    expect(judge('webgpu', difference, 1).proven).toBe(proven);
  });
});

describe('the canned model', () => {
  it('has outputs that differ from each other and are not saturated', async () => {
    const model = { bytes: cannedModel(), name: 'canned', details: {} };
    const session = await startSession(model, { provider: 'cpu', threads: 1 });
    const { output } = await session.run({ input: cannedInput() });
    await session.dispose();

    const values = Array.from(output?.data as Float32Array);
    expect(new Set(values).size).toBe(8);
    for (const value of values) expect(Math.abs(value)).toBeLessThan(0.999);
  });
});
