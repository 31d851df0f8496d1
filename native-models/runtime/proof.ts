import { toLikenessError, type LikenessError } from '../../contract/errors.ts';
import type { ProofFinding, Provider } from '../../contract/values.ts';
import { float32, type Tensor } from '../graph/tensor.ts';
import { cannedInput, cannedModel } from './canned-model.ts';
import { builtInProviders, providerTitles } from './providers.ts';
import { startSession } from './session.ts';

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
