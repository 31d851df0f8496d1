import { LikenessError } from '../../../contract/errors.ts';
import type { Graph, Node, Value } from '../../graph/graph.ts';
import { ShapeContext } from '../../graph/shape-context.ts';
import { concreteShape } from '../../graph/specialize.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { windowAxes } from '../../ops/window.ts';

/**
 * What one position of an activation sees. Position p stands for the pixels p · stride up to
 * (p + 1) · stride; it depends on those and on this many more on either side.
 */
export interface ReceptiveField {
  readonly stride: number;
  readonly before: number;
  readonly after: number;
}

const PIXEL: ReceptiveField = { stride: 1, before: 0, after: 0 };

const WINDOWED = new Set(['Conv', 'AveragePool', 'MaxPool']);

/** Each position of the result depends on the same position of the arguments alone. */
const POINTWISE = new Set([
  'Abs',
  'Add',
  'Clip',
  'Div',
  'Dropout',
  'Elu',
  'Identity',
  'LeakyRelu',
  'Mul',
  'PRelu',
  'Relu',
  'Sigmoid',
  'Sub',
  'Tanh',
]);

/** The same, with constants that are vectors over the channels. */
const CHANNELWISE = new Set(['BatchNormalization']);

/**
 * The receptive fields of values [1, C, H, W] of a network with one input, by name. Throws
 * `model_incompatible` where a value looks at the whole picture or at an irregular part of it.
 */
export function receptiveFields(graph: Graph): ReadonlyMap<string, ReceptiveField> {
  const fields = new Map<string, ReceptiveField>(graph.inputs.map(({ name }) => [name, PIXEL]));
  for (const node of graph.nodes) {
    const seen = node.inputs.flatMap((input) => fields.get(input?.name ?? '') ?? []);
    if (seen.length === 0) continue;
    const field = fieldOf(graph, node, seen);
    for (const { name } of node.outputs) fields.set(name, field);
  }
  return fields;
}

function fieldOf(graph: Graph, node: Node, seen: readonly ReceptiveField[]): ReceptiveField {
  if (WINDOWED.has(node.op) && seen.length === 1) return windowed(graph, node, seen[0]!);
  if (CHANNELWISE.has(node.op)) return union(node, seen);
  if (POINTWISE.has(node.op) && node.inputs.every((input) => isSameEverywhere(graph, input)))
    return union(node, seen);
  return refuse(node);
}

/** Whether a constant has one value for all positions; what is computed is judged on its own. */
function isSameEverywhere(graph: Graph, input: Value | null): boolean {
  const shape = graph.constants.get(input?.name ?? '')?.shape ?? [];
  return shape.slice(-2).every((extent) => extent === 1);
}

function union(node: Node, seen: readonly ReceptiveField[]): ReceptiveField {
  const [{ stride }] = seen as [ReceptiveField];
  if (seen.some((other) => other.stride !== stride)) return refuse(node);
  return {
    stride,
    before: Math.max(...seen.map(({ before }) => before)),
    after: Math.max(...seen.map(({ after }) => after)),
  };
}

function windowed(graph: Graph, node: Node, field: ReceptiveField): ReceptiveField {
  const context = contextOf(graph, node);
  const irregular = context.string('auto_pad', 'NOTSET') !== 'NOTSET';
  if (irregular || context.int('ceil_mode', 0) !== 0) return refuse(node);
  const kernel = context.ints('kernel_shape') ?? concreteShape(context.input(1)).slice(2);
  const axes = windowAxes(context, kernel);
  const [{ stride }] = axes as [(typeof axes)[number]];
  if (axes.length !== 2 || axes.some((axis) => axis.stride !== stride)) return refuse(node);
  const before = Math.max(...axes.map(({ padBegin }) => padBegin));
  const after = Math.max(
    ...axes.map(({ kernel: size, dilation, padBegin }) => (size - 1) * dilation + 1 - padBegin),
  );
  return {
    stride: field.stride * stride,
    before: field.before + before * field.stride,
    after: field.after + (after - stride) * field.stride,
  };
}

function contextOf(graph: Graph, { op, inputs, attributes }: Node): ShapeContext {
  const constants = new Map<string, Tensor>();
  for (const input of inputs) {
    const constant = graph.constants.get(input?.name ?? '');
    if (constant !== undefined) constants.set(input!.name, constant);
  }
  return new ShapeContext(op, inputs, attributes, constants);
}

function refuse({ op, outputs }: Node): never {
  throw new LikenessError(
    'model_incompatible',
    `The encoder cannot work tile by tile: ${op}, which gives ${outputs[0]!.name}, does not look ` +
      'at a regular window of its input. Use another encoder, or give more memory.',
    { details: { op } },
  );
}
