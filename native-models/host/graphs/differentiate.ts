import { LikenessError } from '../../../contract/errors.ts';
import { gradient, gradientName, vectorJacobianProduct } from '../../autodiff/gradient.ts';
import type { Graph, Value } from '../../graph/graph.ts';
import { operators } from '../../ops/registry.ts';

export interface Differentiated {
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
