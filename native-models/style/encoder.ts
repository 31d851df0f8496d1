import type { ManifestOf } from '../../contract/manifest.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { inlineGraph } from '../graph/rewrite.ts';
import { float32, scalar } from '../graph/tensor.ts';
import type { PixelEncoding } from '../images/rgb-image.ts';
import { divide, multiply, subtract } from '../ops/arithmetic.ts';
import { slice } from '../ops/shapes.ts';

/** A network whose activations describe pictures. */
export interface StyleEncoder {
  readonly graph: Graph;
  readonly manifest: ManifestOf<'style-encoder'>;
}

/**
 * Puts the encoder behind a picture, float32[1, 3, H, W], RGB from 0 to 1, and returns its
 * activations by layer. A prefix lets it stand in one graph several times.
 */
export function encode(
  builder: GraphBuilder,
  encoder: StyleEncoder,
  image: Value,
  prefix = '',
): ReadonlyMap<string, Value> {
  const { input, task } = encoder.manifest;
  const prepared = fedPicture(builder, image, input);
  const { values } = inlineGraph(builder, encoder.graph, {
    inputs: { [input.name]: prepared },
    prefix,
  });
  return new Map(task.layers.map(({ output }) => [output, values.get(output)!]));
}

/** A picture, RGB from 0 to 1, as a network wants it. */
export function fedPicture(
  builder: GraphBuilder,
  image: Value,
  { channels, mean, std }: Pick<PixelEncoding, 'channels' | 'mean' | 'std'>,
): Value {
  const ordered =
    channels === 'RGB' ? image : slice(builder, image, [{ axis: 1, start: -1, step: -1 }]);
  const perChannel = (values: readonly number[]) => builder.constant(float32([1, 3, 1, 1], values));
  const pixels = multiply(builder, ordered, builder.constant(scalar(255)));
  return divide(builder, subtract(builder, pixels, perChannel(mean)), perChannel(std));
}
