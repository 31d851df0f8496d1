import { describe, expect, it } from 'vitest';
import { cannedInput, cannedModel, failureOf, judge, proveProviders } from './proof.ts';
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
    expect(proofs[0]?.finding).toBe('agrees');
    for (const { available, proven, message, finding } of proofs.slice(1)) {
      expect(message).toMatch(
        available ? (proven ? /agrees with the CPU/ : /do not use it/) : /could not be started/,
      );
      expect(['agrees', 'differs'].includes(finding)).toBe(available);
    }
  });

  it('does not claim what the platform does not have', async () => {
    const [proof] = await proveProviders([process.platform === 'win32' ? 'coreml' : 'directml']);

    expect(proof).toMatchObject({ available: false, proven: false, maxAbsDifference: null });
    expect(proof?.message).toMatch(/could not be started/);
    expect(proof?.finding).toBe('library-missing');
  });
});

describe('failureOf', () => {
  it.each([
    ['library-missing', 'libonnxruntime_providers_cuda.so: cannot open shared object file'],
    ['library-missing', 'AppendExecutionProvider_Cuda: Failed to load shared library'],
    ['library-missing', 'LoadLibrary failed with error 126 onnxruntime_providers_cuda.dll'],
    ['device-missing', 'CUDA failure 100: no CUDA-capable device is detected ; GPU=0'],
    ['device-missing', 'Failed to get a WebGPU adapter.'],
    ['start-failed', 'Something nobody has seen before.'],
  ])('%s: %s', (finding, message) => {
    expect(failureOf({ message, details: { during: 'start' } })).toBe(finding);
  });

  it('tells a failed run from a failed start', () => {
    expect(failureOf({ message: 'Out of memory', details: { during: 'run' } })).toBe('run-failed');
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
