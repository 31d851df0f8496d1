import { gradient } from '../../autodiff/gradient.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph, Value } from '../../graph/graph.ts';
import { add } from '../../ops/add.ts';
import { multiply } from '../../ops/multiply.ts';
import { operators } from '../../ops/registry.ts';
import { reduceSumSquare } from '../../ops/reduce-sum-square.ts';
import { subtract } from '../../ops/subtract.ts';
import { encode, type StyleEncoder } from '../encoder.ts';
import { weightedSum } from '../losses/distances.ts';
import type { Size } from '../picture.ts';
import { layerNamed, positionsOf } from './layers.ts';
import { CONTENT, CONTENT_TARGET, CORE, IMAGE } from './names.ts';
import type { StatisticsParts } from './statistics.ts';

/** A window of a picture: float32[1, 3, height, width]. */
function windowInput(builder: GraphBuilder, name: string, { width, height }: Size): Value {
  return builder.input(name, 'float32', [1, 3, height, width]);
}

/** The first pass over a window. */
export function measureGraph(
  encoder: StyleEncoder,
  window: Size,
  parts: Pick<StatisticsParts, 'measure'>,
): Graph {
  const builder = new GraphBuilder('measure', operators);
  const image = windowInput(builder, IMAGE, window);
  return builder.build(parts.measure(builder, encode(builder, encoder, image)));
}

export interface PullGraphOptions {
  readonly encoder: StyleEncoder;
  readonly window: Size;
  readonly contentLayer: string;
  /** What the derivative of the content's squared distance is multiplied by. */
  readonly contentWeight: number;
  /** Whether the content comes as its activation, or as a picture that is to be encoded each time. */
  readonly contentAs: 'activation' | 'picture';
  readonly parts: StatisticsParts;
}

/** The second pass: the content's squared distance in the core, and the derivative by the window. */
export function pullGraph(options: PullGraphOptions): Graph {
  const { encoder, window, contentLayer, parts } = options;
  const builder = new GraphBuilder('pull', operators);
  const target = contentTarget(builder, options);
  const activations = encode(builder, encoder, windowInput(builder, IMAGE, window));
  const features = activations.get(contentLayer)!;
  const distance = coreEnergy(builder, subtract(builder, features, target), options);
  const weighted = weightedSum(builder, [[options.contentWeight, distance]]);
  const loss = add(builder, weighted, parts.pull(builder, activations));
  const graph = builder.build({ loss, [CONTENT]: distance });
  return gradient(graph, { loss: 'loss', variables: [IMAGE], keep: [CONTENT], operators });
}

/** Σ activation² over the core of a window of the content: what its distance is relative to. */
export function energyGraph(encoder: StyleEncoder, window: Size, contentLayer: string): Graph {
  const builder = new GraphBuilder('energy', operators);
  const activations = encode(builder, encoder, windowInput(builder, IMAGE, window));
  const features = activations.get(contentLayer)!;
  return builder.build({
    [CONTENT]: coreEnergy(builder, features, { encoder, window, contentLayer }),
  });
}

function contentTarget(
  builder: GraphBuilder,
  { encoder, window, contentLayer, contentAs }: PullGraphOptions,
): Value {
  if (contentAs === 'picture') {
    const picture = windowInput(builder, CONTENT_TARGET, window);
    return encode(builder, encoder, picture, 'content_').get(contentLayer)!;
  }
  const layer = layerNamed(encoder, contentLayer);
  const { width, height } = positionsOf(window, layer);
  return builder.input(CONTENT_TARGET, 'float32', [1, layer.channels, height, width]);
}

type Place = Pick<PullGraphOptions, 'encoder' | 'window' | 'contentLayer'>;

function coreEnergy(
  builder: GraphBuilder,
  features: Value,
  { encoder, window, contentLayer }: Place,
): Value {
  const { width, height } = positionsOf(window, layerNamed(encoder, contentLayer));
  const core = builder.input(CORE, 'float32', [1, 1, height, width]);
  return reduceSumSquare(builder, multiply(builder, features, core), { keepAxes: false });
}
