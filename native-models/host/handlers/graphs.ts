import path from 'node:path';
import { LikenessError, type ErrorCode } from '../../../contract/errors.ts';
import {
  GradientError,
  gradient,
  gradientName,
  vectorJacobianProduct,
  type GradientErrorCode,
} from '../../autodiff/gradient.ts';
import { GraphError, type GraphErrorCode } from '../../graph/errors.ts';
import { OnnxError, type OnnxErrorCode } from '../../onnx/schema.ts';
import type { GraphReport } from '../../../contract/graphs.ts';
import { peakActivationBytes, printGraph } from '../../graph/print.ts';
import { parameterCount, type Graph, type Value } from '../../graph/graph.ts';
import { countFlops } from '../../ops/flops.ts';
import { operators } from '../../ops/registry.ts';
import { readRegularFile } from '../../../foundation/files/read-file.ts';
import { specialize } from '../../graph/rewrite.ts';
import { openDimensionsOf, readOnnx, type Sizes } from '../../onnx/read.ts';
import type { Handlers } from '../context.ts';

const onnxCodes: Readonly<Record<OnnxErrorCode, ErrorCode>> = {
  not_onnx: 'model_corrupt',
  invalid_model: 'model_corrupt',
  external_data: 'model_incompatible',
  unsupported_version: 'model_incompatible',
  unsupported_type: 'model_incompatible',
  unsupported_feature: 'model_incompatible',
};

const gradientCodes: Readonly<Record<GradientErrorCode, ErrorCode>> = {
  unknown_value: 'invalid_input',
  loss_not_scalar: 'invalid_input',
  not_continuous: 'invalid_input',
  independent_variable: 'invalid_input',
  missing_rule: 'not_differentiable',
  not_differentiable: 'not_differentiable',
  wrong_rule: 'internal',
};

/** What the pure folders throw about the graph of `file`, with a code of the application. */
function asGraphRefusal(thrown: unknown, file: string): unknown {
  if (thrown instanceof OnnxError) return refusal(onnxCodes[thrown.code], thrown, file);
  if (thrown instanceof GradientError) return refusal(gradientCodes[thrown.code], thrown, file);
  if (thrown instanceof GraphError) return refusal(graphCode(thrown.code), thrown, file);
  return thrown;
}

const refusal = (code: ErrorCode, cause: Error & { readonly code: string }, file: string) =>
  new LikenessError(code, `${file}: ${cause.message}${hints[cause.code] ?? ''}`, {
    details: { file, reason: cause.code },
    cause,
  });

const hints: Readonly<Record<string, string>> = {
  unknown_dimension: ' Give it a size.',
};

/** Dimensions are what a caller chooses; the rest is the file's. */
const graphCode = (code: GraphErrorCode): ErrorCode =>
  code === 'unknown_dimension' || code === 'shape_mismatch'
    ? 'invalid_input'
    : 'model_incompatible';

/** A graph in words and numbers; what depends on open dimensions stays uncounted. */
function reportOn(graph: Graph): Omit<GraphReport, 'assumed'> {
  const open = openDimensions(graph);
  const counted = open.length === 0;
  return {
    name: graph.name,
    text: printGraph(graph),
    inputs: graph.inputs.map(summaryOf),
    outputs: graph.outputs.map(summaryOf),
    nodes: graph.nodes.length,
    parameters: parameterCount(graph),
    openDimensions: open,
    flops: counted ? countFlops(graph, operators) : null,
    activationBytes: counted ? peakActivationBytes(graph) : null,
  };
}

/** The symbols of the inputs, each once; all other dimensions follow from them. */
export function openDimensions({ inputs }: Graph): string[] {
  const symbols = inputs.flatMap(({ shape }) =>
    shape.filter((extent) => typeof extent === 'string'),
  );
  return [...new Set(symbols)];
}

const summaryOf = ({ name, type, shape }: Value) => ({ name, type, shape: [...shape] });

/** A graph, and the numbers that it was read with beyond those that were asked for. */
interface ReadGraph {
  readonly graph: Graph;
  readonly assumed: Sizes;
}

/** What networks for pictures are fed as a rule; their strides divide it. */
const CUSTOMARY_SIZE = 640;

/**
 * The graph of an ONNX file with numbers for its open dimensions. One that fits certain sizes only
 * is read at a customary size.
 *
 * @throws LikenessError file_empty, invalid_input for a size that it does not have; system errors,
 * OnnxError and GraphError as they come
 */
async function readGraph(file: string, sizes: Sizes): Promise<ReadGraph> {
  const bytes = await readRegularFile(file, 'model');
  if (bytes.length === 0)
    throw new LikenessError('file_empty', `${file} is empty.`, { details: { file } });
  const { graph, assumed } = readAtSomeSize(bytes, sizes);
  const named = graph.name === '' ? { ...graph, name: path.basename(file) } : graph;
  refuseUnknown(named, sizes, assumed);
  return { graph: specialize(named, operators, sizes), assumed };
}

function readAtSomeSize(bytes: Uint8Array, sizes: Sizes): ReadGraph {
  const { batch, sizes: open } = openDimensionsOf(bytes);
  const customary = Object.fromEntries(open.map((name) => [name, CUSTOMARY_SIZE]));
  const single = Object.fromEntries(batch.map((name) => [name, 1]));
  const attempts = [{}, customary, { ...single, ...customary }];
  let refusal: unknown;
  for (const assumed of attempts) {
    try {
      const given = refusal === undefined ? {} : { ...assumed, ...sizes };
      const added = Object.entries(assumed).filter(([name]) => !(name in sizes));
      return { graph: readOnnx(bytes, operators, given), assumed: Object.fromEntries(added) };
    } catch (error) {
      const dependsOnSize =
        error instanceof OnnxError &&
        error.cause instanceof GraphError &&
        OF_SIZES.has(error.cause.code);
      if (!dependsOnSize) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

/** What a graph may be refused for while dimensions are open, though it fits some sizes. */
const OF_SIZES: ReadonlySet<string> = new Set(['shape_mismatch', 'wrong_inputs']);

function refuseUnknown(graph: Graph, sizes: Sizes, assumed: Sizes): void {
  // What was needed for reading it has been put in already.
  if (Object.keys(assumed).length > 0) return;
  const open = openDimensions(graph);
  const unknown = Object.keys(sizes).find((name) => !open.includes(name));
  if (unknown === undefined) return;
  const known = open.length === 0 ? 'All are numbers already.' : `There are: ${open.join(', ')}.`;
  throw new LikenessError(
    'invalid_input',
    `The graph ${graph.name} has no open dimension ${unknown}. ${known}`,
    { details: { dimension: unknown, openDimensions: open } },
  );
}

interface Differentiated {
  readonly graph: Graph;
  readonly loss: string;
  readonly variables: readonly string[];
  /** The input for the gradient by a loss of several numbers; null where it is one number. */
  readonly seed: string | null;
}

/** The gradient of an output, by all real-valued inputs unless others are named. */
export function differentiate(
  graph: Graph,
  wanted: {
    readonly loss?: string | undefined;
    readonly variables?: readonly string[] | undefined;
  },
): Differentiated {
  const loss = lossOf(graph, wanted.loss);
  const variables = wanted.variables ?? graph.inputs.filter(isReal).map(({ name }) => name);
  const request = { variables, operators, keep: [loss.name] };
  const common = { loss: loss.name, variables };
  if (loss.shape.every((extent) => extent === 1))
    return { ...common, graph: gradient(graph, { ...request, loss: loss.name }), seed: null };
  const product = vectorJacobianProduct(graph, { ...request, outputs: [loss.name] });
  return { ...common, graph: product, seed: gradientName(loss.name) };
}

function lossOf({ name, outputs }: Graph, wanted: string | undefined): Value {
  const [first, ...others] = outputs;
  const loss = wanted === undefined ? first : outputs.find((output) => output.name === wanted);
  if (loss !== undefined && (wanted !== undefined || others.length === 0)) return loss;
  const names = outputs.map((output) => output.name);
  const problem = wanted === undefined ? 'has several outputs' : `has no output ${wanted}`;
  throw new LikenessError(
    'invalid_input',
    `The graph ${name} ${problem}. Name the one to differentiate: ${names.join(', ')}.`,
    { details: { outputs: names } },
  );
}

const isReal = ({ type }: Value): boolean => type === 'float32' || type === 'float64';

export const graphHandlers: Pick<Handlers, 'showGraph' | 'gradGraph'> = {
  showGraph: (_, { file, sizes }) =>
    explained(file, async () => {
      const { graph, assumed } = await readGraph(file, sizes);
      return { ...reportOn(graph), assumed };
    }),

  gradGraph: (_, { file, sizes, ...wanted }) =>
    explained(file, async () => {
      const read = await readGraph(file, sizes);
      const { graph, variables, ...rest } = differentiate(read.graph, wanted);
      return { ...reportOn(graph), assumed: read.assumed, ...rest, variables: [...variables] };
    }),
};

async function explained<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw asGraphRefusal(thrown, file);
  }
}
