import { basename } from 'node:path';
import { availableParallelism } from 'node:os';
import { Tensor as RuntimeTensor, env, InferenceSession } from 'onnxruntime-node';
import { LikenessError, toLikenessError } from '../../contract/errors.ts';
import { bytesPerElement, type DataType, type Tensor } from '../graph/tensor.ts';
import { readRegularFile } from '../../foundation/files/read-file.ts';
import './no-telemetry.ts';
import type { Provider } from '../../contract/values.ts';
import { externalDataOf } from '../onnx/modernize.ts';
import { providerTitles, runtimeName } from './providers.ts';
import { refusalInWords } from './refusals.ts';

/** Tensors by the name of a graph's input or output. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** The same memory as ONNX Runtime's kind of tensor. */
function toRuntime(name: string, { type, data, shape }: Tensor): RuntimeTensor {
  if (!isTransferable(type)) throw notTransferable('input', name, type);
  return new RuntimeTensor(type, data, shape);
}

/** The same memory as our kind of tensor; refuses element types that graphs here do not have. */
function fromRuntime(name: string, value: RuntimeTensor): Tensor {
  const { type, dims: shape } = value;
  if (!isTransferable(type)) throw notTransferable('output', name, type);
  return { type, shape, data: value.data } as Tensor;
}

/** The Node binding of ONNX Runtime 1.30 loses the data of Node's half-precision arrays. */
const isTransferable = (type: string): type is DataType =>
  type in bytesPerElement && type !== 'float16';

function notTransferable(direction: 'input' | 'output', name: string, type: string) {
  return new LikenessError(
    'model_incompatible',
    `The ${direction} "${name}" of the model has elements of type ${type}, which cannot be passed. ` +
      'Convert the model to one with float32 inputs and outputs.',
    { details: { [direction]: name, type } },
  );
}

/** An ONNX file by path, or its bytes with a name for messages. */
export type ModelSource =
  { readonly path: string } | { readonly bytes: Uint8Array; readonly name: string };

export interface ModelBytes {
  readonly bytes: Uint8Array;
  /** What messages call it. */
  readonly name: string;
  readonly details: Readonly<Record<string, string>>;
}

/** Throws `model_missing` where the file is not there, `model_corrupt` where it is empty. */
export async function readModel(source: ModelSource): Promise<ModelBytes> {
  if ('bytes' in source) return { ...source, details: { model: source.name } };
  const { path } = source;
  const bytes = await readRegularFile(path, 'model').catch((thrown: unknown) => {
    throw readingError(path, thrown);
  });
  return { bytes, name: basename(path), details: { file: path } };
}

function readingError(path: string, thrown: unknown): LikenessError {
  const error = toLikenessError(thrown);
  if (error.code !== 'file_not_found') return error;
  return new LikenessError('model_missing', `The model file ${path} is not there.`, {
    details: { file: path },
    cause: thrown,
  });
}

/** Beyond this, every other logical processor is more often than not the second half of a core. */
const WITHOUT_HYPERTHREADS = 4;

/**
 * Threads within one operator: one per core. ONNX Runtime's own choice of the same number would pin
 * each thread to a core, and a pinned thread waits where another process has taken its core; not
 * pinned measured 1.3 times faster on a machine with other work.
 */
export function defaultThreads(processors = availableParallelism()): number {
  return processors <= WITHOUT_HYPERTHREADS ? processors : Math.ceil(processors / 2);
}

/** Warnings of the native library go to standard error and mean nothing to a user. */
env.logLevel = 'error';

/** An input or output of a model. */
export interface ValueInfo {
  readonly name: string;
  /** ONNX Runtime's name of the element type: float32, int64, … */
  readonly type: string;
  /** A string names a dimension that is chosen at every run. */
  readonly shape: readonly (number | string)[];
}

/** A model that is loaded and ready to run. */
export interface OrtSession {
  readonly provider: Provider;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /**
   * All outputs for the given inputs. The work is done in one go on the calling thread.
   * Throws `model_incompatible` where the inputs do not fit or the CPU cannot run the graph,
   * `provider_unavailable` where another provider fails.
   */
  run(inputs: NamedTensors): Promise<NamedTensors>;
  /** Frees the native memory once pending runs are done. */
  dispose(): Promise<void>;
}

export interface SessionSettings {
  readonly provider: Provider;
  /** Threads within one operator; 0 leaves it to ONNX Runtime (one per physical core). */
  readonly threads: number;
  /**
   * Lay intermediate values out in one block after the first run; true by default. What the first
   * run took is not given back: a large graph holds twice its activations (measured with VGG-19 at
   * 512 pixels: 950 MB instead of 490, no slower without).
   */
  readonly memoryPattern?: boolean;
}

/**
 * Loads a model on exactly this provider. Throws `provider_unavailable` where a provider other than
 * the CPU refuses, which may be the model's fault too; on the CPU it is `model_corrupt`.
 */
export async function startSession(
  model: ModelBytes,
  settings: SessionSettings,
): Promise<OrtSession> {
  refuseExternalData(model);
  try {
    const native = await InferenceSession.create(model.bytes, optionsFor(settings));
    return new NativeSession(native, settings.provider, model.name);
  } catch (thrown) {
    throw settings.provider === 'cpu'
      ? corrupt(model, thrown)
      : unavailable(settings.provider, 'start', thrown);
  }
}

/**
 * A model is all in its bytes. The library would look for weights in other files from the folder
 * that the process happens to stand in.
 */
function refuseExternalData({ bytes, name, details }: ModelBytes): void {
  const [first] = externalDataOf(bytes);
  if (first === undefined) return;
  throw new LikenessError(
    'model_corrupt',
    `The model file ${details['file'] ?? name} keeps its weights in another file (${first.location}). ` +
      'Import it with "likeness models import", which takes them in.',
    { details: { ...details, location: first.location } },
  );
}

function optionsFor({
  provider,
  threads,
  memoryPattern = true,
}: SessionSettings): InferenceSession.SessionOptions {
  return {
    executionProviders: [runtimeName(provider)],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    // DirectML forbids memory patterns.
    enableMemPattern: memoryPattern && provider !== 'directml',
    // Networks alternate, each with its own threads: those that spin while they wait take the cores
    // from the network that runs. Waiting asleep measured no slower alone, and 2 to 4 times faster
    // on a busy machine.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}

class NativeSession implements OrtSession {
  readonly provider: Provider;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly #native: InferenceSession;
  readonly #model: string;
  readonly #pending = new Set<Promise<unknown>>();
  #disposed = false;

  constructor(native: InferenceSession, provider: Provider, model: string) {
    this.#native = native;
    this.#model = model;
    this.provider = provider;
    this.inputs = native.inputMetadata.map(valueInfo);
    this.outputs = native.outputMetadata.map(valueInfo);
  }

  async run(inputs: NamedTensors): Promise<NamedTensors> {
    // Running a released session would crash the process.
    if (this.#disposed) throw new LikenessError('internal', `${this.#model} is closed already.`);
    const run = this.#native.run(mapValues(inputs, toRuntime));
    this.#pending.add(run);
    try {
      return mapValues(await run, fromRuntime);
    } catch (thrown) {
      throw this.#runError(thrown);
    } finally {
      this.#pending.delete(run);
    }
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await Promise.allSettled(this.#pending);
    await this.#native.release();
  }

  #runError(thrown: unknown): LikenessError {
    if (thrown instanceof LikenessError) return thrown;
    if (this.provider !== 'cpu') return unavailable(this.provider, 'run', thrown);
    return new LikenessError(
      'model_incompatible',
      `The model ${this.#model} cannot be run on this input: ${refusalInWords(toLikenessError(thrown).message)}.`,
      { details: { model: this.#model }, cause: thrown },
    );
  }
}

const mapValues = <A, B>(record: Readonly<Record<string, A>>, map: (name: string, value: A) => B) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(name, value)]));

const valueInfo = (value: InferenceSession.ValueMetadata): ValueInfo =>
  value.isTensor
    ? { name: value.name, type: value.type, shape: value.shape }
    : { name: value.name, type: 'not a tensor', shape: [] };

function corrupt({ name, details }: ModelBytes, thrown: unknown): LikenessError {
  return new LikenessError(
    'model_corrupt',
    `The model file ${details['file'] ?? name} cannot be read: ${refusalInWords(toLikenessError(thrown).message)}.`,
    { details, cause: thrown },
  );
}

const whatFailed = { start: 'could not be started', run: 'failed during a run' } as const;

function unavailable(
  provider: Provider,
  during: keyof typeof whatFailed,
  thrown: unknown,
): LikenessError {
  const reason = refusalInWords(toLikenessError(thrown).message);
  return new LikenessError(
    'provider_unavailable',
    `${providerTitles[provider]} ${whatFailed[during]} on this machine: ${reason}`,
    { details: { provider, during }, cause: thrown },
  );
}
