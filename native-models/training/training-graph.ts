import { gradient } from '../autodiff/gradient.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import type { OperatorRegistry } from '../graph/operator.ts';
import { batchNormalizationTraining } from '../ops/normalization.ts';
import { reshape } from '../ops/shapes.ts';
import { repeatNode, type Repeated } from '../graph/rewrite.ts';

interface TrainingGraphRequest {
  /** The network as it will run one day: weights are constants. */
  readonly model: Graph;
  /** Constants to be trained; all others stay as they are. */
  readonly parameters: readonly string[];
  /** Numbers for the open dimensions of the model's inputs. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Adds the loss; may declare inputs of its own. */
  readonly loss: (builder: GraphBuilder, outputs: ReadonlyMap<string, Value>) => Loss;
  readonly operators: OperatorRegistry;
}

export interface Loss {
  /** A scalar. */
  readonly loss: Value;
  /** Scalars that are worth watching, by name. */
  readonly watched?: Readonly<Record<string, Value>>;
}

/** The statistics of one batch normalization: constants of the model, and outputs that renew them. */
export interface RunningStatistics {
  readonly mean: string;
  readonly variance: string;
  /** float32[C] outputs of the training graph: what this batch has. */
  readonly batchMean: string;
  readonly batchVariance: string;
}

export interface TrainingGraph {
  /** loss, watched values, statistics of batches, and d_<parameter> per parameter. */
  readonly graph: Graph;
  /** The same without gradients. */
  readonly forward: Graph;
  readonly watched: readonly string[];
  readonly statistics: readonly RunningStatistics[];
}

/**
 * Forward, loss and gradient as one graph. Parameters are inputs, so that a session is opened once
 * and fed with new values at every step. Batch normalizations whose scale is trained use the
 * statistics of the batch (Ioffe and Szegedy 2015); frozen ones keep those that they have.
 */
export function buildTrainingGraph(request: TrainingGraphRequest): TrainingGraph {
  const { model, parameters, operators } = request;
  const builder = new GraphBuilder(`${model.name}_training`, operators);
  const values = declareLeaves(builder, request);
  const trained = new Set(parameters);
  const statistics: RunningStatistics[] = [];
  const measured: Record<string, Value> = {};
  for (const node of model.nodes) {
    if (node.op === 'BatchNormalization' && trained.has(node.inputs[1]!.name)) {
      const entry = normalizeByBatch(builder, node, values, measured);
      statistics.push(entry);
    } else repeatNode(builder, node, values);
  }
  const outputs = new Map(model.outputs.map(({ name }) => [name, values.get(name)!]));
  const { loss, watched = {} } = request.loss(builder, outputs);
  const forward = builder.build({ loss, ...watched, ...measured });
  const graph = gradient(forward, { loss: 'loss', variables: parameters, operators });
  return { graph, forward, watched: Object.keys(watched), statistics };
}

function declareLeaves(
  builder: GraphBuilder,
  { model, parameters, sizes }: TrainingGraphRequest,
): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const { name, type, shape } of model.inputs) {
    const extents = shape.map((extent) =>
      typeof extent === 'string' ? (sizes[extent] ?? extent) : extent,
    );
    values.set(name, builder.input(name, type, extents));
  }
  const trained = new Set(parameters);
  for (const [name, tensor] of model.constants)
    values.set(
      name,
      trained.has(name)
        ? builder.input(name, tensor.type, tensor.shape)
        : builder.constant(tensor, name),
    );
  return values;
}

function normalizeByBatch(
  builder: GraphBuilder,
  { inputs, outputs, attributes }: Node,
  values: Map<string, Value>,
  measured: Record<string, Value>,
): RunningStatistics {
  const [x, scale, bias] = inputs.map((value) => values.get(value!.name)!);
  const epsilon = attributes['epsilon'];
  const { y, mean, variance } = batchNormalizationTraining(
    builder,
    x!,
    { scale: scale!, bias: bias! },
    epsilon?.kind === 'float' ? epsilon.value : 1e-5,
  );
  const output = outputs[0]!.name;
  values.set(output, y);
  const names = { batchMean: `${output}_batch_mean`, batchVariance: `${output}_batch_variance` };
  measured[names.batchMean] = reshape(builder, mean, [-1]);
  measured[names.batchVariance] = reshape(builder, variance, [-1]);
  return { mean: inputs[3]!.name, variance: inputs[4]!.name, ...names };
}

/** A network cut where its trained part begins. */
interface CutNetwork {
  /** From the picture to what the trained part reads; null where that is the picture itself. */
  readonly trunk: Graph | null;
  /** From what the trunk gives to the outputs; its inputs have the names of the trunk's outputs. */
  readonly head: Graph;
}

/**
 * Parts what no trained constant takes part in from the rest. While the rest is trained, what the
 * trunk says of a picture stays the same and need not be computed twice.
 */
export function cutAtFrozen(
  model: Graph,
  trained: readonly string[],
  operators: OperatorRegistry,
): CutNetwork {
  const moving = new Set(trained);
  for (const { inputs, outputs } of model.nodes)
    if (inputs.some((value) => value !== null && moving.has(value.name)))
      for (const { name } of outputs) moving.add(name);
  const headNodes = model.nodes.filter(({ outputs }) => moving.has(outputs[0]!.name));
  const boundary = boundaryOf(model, headNodes, moving);
  const pictures = new Set(model.inputs.map(({ name }) => name));
  const whole = boundary.every(({ name }) => pictures.has(name));
  const head = repeatPart(model, boundary, headNodes, model.outputs, operators);
  if (whole) return { trunk: null, head };
  const trunkNodes = model.nodes.filter(({ outputs }) => !moving.has(outputs[0]!.name));
  return { trunk: repeatPart(model, model.inputs, trunkNodes, boundary, operators), head };
}

/** Values that the head takes from outside and that are no constants, each once. */
function boundaryOf(
  { constants, outputs }: Graph,
  head: readonly Node[],
  moving: ReadonlySet<string>,
): readonly Value[] {
  const read = [...head.flatMap(({ inputs }) => inputs), ...outputs];
  const outside = read.filter(
    (value): value is Value =>
      value !== null && !moving.has(value.name) && !constants.has(value.name),
  );
  return [...new Map(outside.map((value) => [value.name, value])).values()];
}

function repeatPart(
  model: Graph,
  inputs: readonly Value[],
  nodes: readonly Node[],
  outputs: readonly Value[],
  operators: OperatorRegistry,
): Graph {
  const builder = new GraphBuilder(model.name, operators);
  const values: Repeated = new Map();
  for (const { name, type, shape } of inputs) values.set(name, builder.input(name, type, shape));
  for (const [name, constant] of model.constants)
    values.set(name, builder.constant(constant, name));
  for (const node of nodes) repeatNode(builder, node, values);
  return builder.build(Object.fromEntries(outputs.map(({ name }) => [name, values.get(name)!])));
}
