import type { Graph } from '../graph/graph.ts';
import type { OperatorRegistry } from '../graph/operator.ts';
import { readOnnx } from '../onnx/read.ts';
import { writeOnnx } from '../onnx/write.ts';
import {
  startSession,
  readModel,
  defaultThreads,
  type OrtSession,
  type ModelBytes,
  type ModelSource,
} from './session.ts';
import type { LikenessError } from '../../contract/errors.ts';
import type { Provider, ProviderChoice } from '../../contract/values.ts';
import { resolveProvider } from './providers.ts';

/** Loads a graph that was built here. */
export function openGraph(runtime: Runtime, graph: Graph): Promise<OrtSession> {
  return runtime.open({ bytes: writeOnnx(graph), name: graph.name });
}

/** Loads a graph for one use and frees it afterwards. */
export async function withGraph<T>(
  runtime: Runtime,
  graph: Graph,
  use: (session: OrtSession) => Promise<T>,
): Promise<T> {
  const session = await openGraph(runtime, graph);
  try {
    return await use(session);
  } finally {
    await session.dispose();
  }
}

/** The graph of an ONNX file, to be differentiated or built into another. Throws an OnnxError. */
export function graphOf(onnx: Uint8Array, operators: OperatorRegistry): Graph {
  return readOnnx(onnx, operators);
}

interface RuntimeSettings {
  readonly provider: ProviderChoice;
  /** Threads within one operator; one per core if absent. */
  readonly threads?: number;
  /** As SessionSettings has it: false halves the memory of large graphs. */
  readonly memoryPattern?: boolean;
}

/**
 * Opens models on one execution provider. Where that fails to start, this and all later models run
 * on the CPU, and `warnings` says so.
 */
export class Runtime {
  readonly #threads: number;
  readonly #memoryPattern: boolean;
  readonly #warnings: string[] = [];
  #provider: Provider;

  constructor({ provider, threads = defaultThreads(), memoryPattern = true }: RuntimeSettings) {
    this.#provider = resolveProvider(provider);
    this.#threads = threads;
    this.#memoryPattern = memoryPattern;
  }

  /** What the next model is opened on. */
  get provider(): Provider {
    return this.#provider;
  }

  /** Sentences for the user, about what does not run as was asked for. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /** Throws `model_missing` or `model_corrupt`, naming the file. */
  async open(source: ModelSource): Promise<OrtSession> {
    const model = await readModel(source);
    const provider = this.#provider;
    if (provider === 'cpu') return this.#start(model, 'cpu');
    try {
      return await this.#start(model, provider);
    } catch (thrown) {
      // A model that the CPU refuses as well is broken; then that is what the caller hears.
      const session = await this.#start(model, 'cpu');
      this.#fallBack(thrown as LikenessError);
      return session;
    }
  }

  #start(model: ModelBytes, provider: Provider): Promise<OrtSession> {
    const settings = { provider, threads: this.#threads, memoryPattern: this.#memoryPattern };
    return startSession(model, settings);
  }

  #fallBack(error: LikenessError): void {
    // Models are opened side by side: the first to fail has warned for all.
    if (this.#provider === 'cpu') return;
    this.#provider = 'cpu';
    this.#warnings.push(`${error.message} The CPU is used instead.`);
  }
}
