import type { ShapeContext } from '../graph/shape-context.ts';

/**
 * How ONNX Resize weighs the `from` elements of an axis in each of its `to` results: float32
 * [to, from], row after row. `scale` is the factor given or to / from.
 */
export function interpolationMatrix(
  context: ShapeContext,
  from: number,
  to: number,
  scale: number,
): Float32Array {
  const matrix = new Float32Array(to * from);
  const linear = context.string('mode', 'nearest') === 'linear';
  const round = rounding(context);
  for (let position = 0; position < to; position++) {
    const source = sourceOf(context, position, from, to, scale);
    const put = (at: number, weight: number) => {
      matrix[position * from + Math.min(Math.max(at, 0), from - 1)]! += weight;
    };
    if (!linear) put(round(source), 1);
    else {
      const below = Math.floor(source);
      put(below, 1 - (source - below));
      put(below + 1, source - below);
    }
  }
  return matrix;
}

/** Where a result lies on the axis of the input, per `coordinate_transformation_mode`. */
function sourceOf(
  context: ShapeContext,
  position: number,
  from: number,
  to: number,
  scale: number,
): number {
  const mode = context.string('coordinate_transformation_mode', 'half_pixel');
  switch (mode) {
    case 'half_pixel':
      return (position + 0.5) / scale - 0.5;
    case 'pytorch_half_pixel':
      return to > 1 ? (position + 0.5) / scale - 0.5 : 0;
    case 'asymmetric':
      return position / scale;
    case 'align_corners':
      return to > 1 ? (position * (from - 1)) / (to - 1) : 0;
    default:
      return context.refuse('wrong_attribute', `does not know the coordinates ${mode}`);
  }
}

function rounding(context: ShapeContext): (source: number) => number {
  const mode = context.string('nearest_mode', 'round_prefer_floor');
  switch (mode) {
    case 'floor':
      return Math.floor;
    case 'ceil':
      return Math.ceil;
    case 'round_prefer_floor':
      return (source) => Math.ceil(source - 0.5);
    case 'round_prefer_ceil':
      return (source) => Math.floor(source + 0.5);
    default:
      return context.refuse('wrong_attribute', `does not know the nearest mode ${mode}`);
  }
}
