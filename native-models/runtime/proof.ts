import { GraphBuilder } from '../graph/builder.ts';
import { float32, type Tensor } from '../graph/tensor.ts';
import { writeOnnx } from '../onnx/write.ts';
import { conv } from '../ops/convolution.ts';
import { flatten } from '../ops/shapes.ts';
import { gemm } from '../ops/products.ts';
import { globalAveragePool, maxPool } from '../ops/pooling.ts';
import { leakyRelu, tanh } from '../ops/activations.ts';
import { operators } from '../ops/registry.ts';
import { toLikenessError, type LikenessError } from '../../contract/errors.ts';
import type { ProofFinding, Provider } from '../../contract/values.ts';
import { builtInProviders, providerTitles } from './providers.ts';
import { startSession } from './session.ts';

const SIZE = 32;
const CHANNELS = 16;
const OUTPUTS = 8;

/**
 * A small convolutional network with the operators that the face networks use:
 * float32[1, 3, 32, 32] `input` to float32[1, 8] `output`, each value within ±1.
 */
export function cannedModel(): Uint8Array {
  const b = new GraphBuilder('canned', operators);
  const constant = (seed: number, ...shape: number[]) => b.constant(noise(seed, shape, 0.5));
  const input = b.input('input', 'float32', [1, 3, SIZE, SIZE]);
  const pads = [1, 1, 1, 1];

  const first = leakyRelu(b, conv(b, input, constant(1, CHANNELS, 3, 3, 3), { pads }), 0.1);
  const pooled = maxPool(b, first, [2, 2], { strides: [2, 2] });
  const depthwise = conv(b, pooled, constant(2, CHANNELS, 1, 3, 3), { pads, group: CHANNELS });
  const pointwise = conv(b, depthwise, constant(3, CHANNELS, CHANNELS, 1, 1), {
    bias: constant(4, CHANNELS),
  });
  const features = flatten(b, globalAveragePool(b, leakyRelu(b, pointwise, 0.1)));
  const output = tanh(b, gemm(b, features, constant(5, CHANNELS, OUTPUTS)));
  return writeOnnx(b.build({ output }));
}

export const cannedInput = (): Tensor => noise(6, [1, 3, SIZE, SIZE], 1);

/** Values in ±amplitude that are the same everywhere: Marsaglia's 32-bit xorshift (2003). */
function noise(seed: number, shape: readonly number[], amplitude: number) {
  const count = shape.reduce((product, extent) => product * extent, 1);
  let state = Math.imul(seed, 0x9e3779b9);
  return float32(
    shape,
    Array.from({ length: count }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (amplitude * state) / 2 ** 31;
    }),
  );
}

/** Whether a provider runs here, and whether it computes what the CPU does. */
export interface Proof {
  readonly provider: Provider;
  /** The canned model could be loaded and run. */
  readonly available: boolean;
  /** Its outputs agree with those of the CPU. */
  readonly proven: boolean;
  /** Largest absolute difference from the CPU; the outputs lie within ±1. Null where it did not run. */
  readonly maxAbsDifference: number | null;
  /** Of one run after a first one. */
  readonly milliseconds: number | null;
  readonly finding: ProofFinding;
  /** All of it in a sentence. */
  readonly message: string;
}

/** Providers that compute in half precision or TensorFloat-32 keep 10 bits of the fraction. */
const TOLERANCE = 0.01;

/** Runs a small fixed model on each provider that the platform's library has, the CPU first. */
export async function proveProviders(
  providers: readonly Provider[] = builtInProviders(),
): Promise<readonly Proof[]> {
  const reference = await runCanned('cpu');
  const proofs: Proof[] = [];
  for (const provider of providers) proofs.push(await prove(provider, reference.output));
  return proofs;
}

async function prove(provider: Provider, expected: Float32Array): Promise<Proof> {
  try {
    const { output, milliseconds } = await runCanned(provider);
    return judge(provider, maxAbsDifference(output, expected), milliseconds);
  } catch (thrown) {
    const error = toLikenessError(thrown);
    return {
      provider,
      available: false,
      proven: false,
      maxAbsDifference: null,
      milliseconds: null,
      finding: failureOf(error),
      message: error.message,
    };
  }
}

/** In the words of ONNX Runtime and of the drivers below it, which have no codes. */
const missing: readonly (readonly [ProofFinding, RegExp])[] = [
  [
    'library-missing',
    /shared (object|library)|failed to load (the )?library|loadlibrary|dlopen|backend not found/iu,
  ],
  [
    'device-missing',
    /adapter|no [\w-]+ ?device|dxgi_error_not_found|driver version is insufficient/iu,
  ],
];

/** Why a provider does not run: by what its error says, as session.ts makes it. */
export function failureOf({
  message,
  details,
}: Pick<LikenessError, 'message' | 'details'>): ProofFinding {
  const found = missing.find(([, words]) => words.test(message));
  if (found !== undefined) return found[0];
  return details['during'] === 'run' ? 'run-failed' : 'start-failed';
}

/** A difference that is no number fails. */
export function judge(provider: Provider, difference: number, milliseconds: number): Proof {
  const title = providerTitles[provider];
  const proven = difference <= TOLERANCE;
  const message = proven
    ? `${title} runs and agrees with the CPU to ${difference.toExponential(1)}.`
    : `${title} runs, but is off by ${difference.toExponential(1)} from the CPU: do not use it.`;
  const finding = proven ? 'agrees' : 'differs';
  const measures = { maxAbsDifference: difference, milliseconds };
  return { provider, available: true, proven, ...measures, finding, message };
}

async function runCanned(provider: Provider) {
  const model = { bytes: cannedModel(), name: 'canned proof model', details: {} };
  const session = await startSession(model, { provider, threads: 0 });
  try {
    const feed = { input: cannedInput() };
    // The first run compiles kernels on some providers.
    await session.run(feed);
    const start = performance.now();
    const { output } = await session.run(feed);
    return { output: floats(output), milliseconds: performance.now() - start };
  } finally {
    await session.dispose();
  }
}

const floats = (tensor: Tensor | undefined): Float32Array =>
  tensor?.type === 'float32' ? tensor.data : float32([0], []).data;

function maxAbsDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.NaN;
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}
