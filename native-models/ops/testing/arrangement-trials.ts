import { attributes, int, string, type Value } from '../../graph/graph.ts';
import { concreteShape } from '../../graph/rewrite.ts';
import {
  concat,
  expand,
  flatten,
  gather,
  reshape,
  slice,
  split,
  squeeze,
  transpose,
  unsqueeze,
} from '../shapes.ts';
import { pad, tile } from '../padding.ts';
import type { OperatorTrial, Trial } from './trial.ts';

function reshaping(trial: Trial): Value {
  const shape = trial.shape();
  const target = trial.random.shuffle(shape);
  const open = trial.random.int(0, shape.length - 1);
  const kept = shape.map((extent, axis) => (axis === open ? -1 : trial.random.pick([0, extent])));
  return reshape(trial.builder, trial.floats(shape), trial.random.pick([target, kept, [-1]]));
}

function squeezing(trial: Trial): Value {
  const shape = trial.shape(2, 4);
  const axes = trial.axes(shape.length);
  for (const axis of axes) shape[axis < 0 ? axis + shape.length : axis] = 1;
  return squeeze(trial.builder, trial.floats(shape), axes);
}

function unsqueezing(trial: Trial): Value {
  const shape = trial.shape();
  const rank = shape.length + trial.random.int(1, 2);
  const places = trial.random.shuffle([...Array(rank).keys()]).slice(0, rank - shape.length);
  return unsqueeze(trial.builder, trial.floats(shape), places);
}

function concatenation(trial: Trial): Value {
  const shape = trial.shape();
  const axis = trial.axis(shape.length);
  const pieces = trial.random
    .list(trial.random.int(1, 3), 0, 4)
    .map((extent) => trial.floats(shape.with(axis, extent)));
  return concat(trial.builder, pieces, axis);
}

function splitting(trial: Trial): readonly Value[] {
  const shape = trial.shape();
  const axis = trial.axis(shape.length);
  const sizes = trial.random.list(trial.random.int(1, 3), 1, 3);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const x = trial.floats(shape.with(axis, total));
  if (trial.random.chance(0.7)) return split(trial.builder, x, sizes, axis);
  const parts = trial.random.int(1, Math.ceil(total / 2));
  const even = Math.ceil(total / Math.ceil(total / parts)) === parts;
  return trial.builder.applyAll('Split', [x], {
    axis: int(axis),
    num_outputs: int(even ? parts : 1),
  });
}

function slicing(trial: Trial): Value {
  const shape = trial.shape();
  const ranges = trial.axes(shape.length).map((axis) => ({
    axis,
    start: trial.random.int(-7, 7),
    ...(trial.random.chance(0.7) ? { end: trial.random.int(-7, 7) } : {}),
    step: trial.random.pick([1, 2, 3, -1, -2]),
  }));
  return slice(trial.builder, trial.floats(shape), ranges);
}

function gathering(trial: Trial): Value {
  const shape = trial.shape();
  const axis = trial.axis(shape.length);
  const indices = trial.indices(trial.shape(0, 2), shape.at(axis)!);
  return gather(trial.builder, trial.floats(shape), indices, axis);
}

function padding(trial: Trial): Value {
  const shape = trial.shape();
  const mode = trial.random.pick(['constant', 'reflect', 'edge'] as const);
  const pads = [...shape, ...shape].map((extent) =>
    trial.random.int(0, mode === 'reflect' ? extent - 1 : 3),
  );
  return pad(trial.builder, trial.floats(shape), pads, mode);
}

/** Positions along an axis: as many as the picked extents there, no more than x has elsewhere. */
function positions(trial: Trial, shape: readonly number[], axis: number): Value {
  const extents = shape.map((extent) => trial.random.int(1, extent));
  return trial.indices(extents.with(axis, trial.random.int(1, 4)), shape.at(axis)!);
}

/** Operators that only move elements. */
export const arrangementTrials: Readonly<Record<string, OperatorTrial>> = {
  Reshape: reshaping,
  Flatten: (trial) => {
    const shape = trial.shape();
    return flatten(
      trial.builder,
      trial.floats(shape),
      trial.random.int(-shape.length, shape.length),
    );
  },
  Transpose: (trial) => {
    const shape = trial.shape();
    const order = trial.random.shuffle([...shape.keys()]);
    const x = trial.floats(shape);
    if (trial.random.chance(0.2)) return trial.builder.apply('Transpose', [x], attributes({}));
    return transpose(trial.builder, x, order);
  },
  Squeeze: squeezing,
  Unsqueeze: unsqueezing,
  Concat: concatenation,
  Split: splitting,
  Slice: slicing,
  Gather: gathering,
  GatherElements: (trial) => {
    const shape = trial.shape();
    const axis = trial.axis(shape.length);
    const indices = positions(trial, shape, axis);
    return trial.builder.apply('GatherElements', [trial.floats(shape), indices], {
      axis: int(axis),
    });
  },
  ScatterElements: (trial) => {
    const shape = trial.shape();
    const axis = trial.axis(shape.length);
    const indices = positions(trial, shape, axis);
    const updates = trial.floats(concreteShape(indices));
    return trial.builder.apply('ScatterElements', [trial.floats(shape), indices, updates], {
      axis: int(axis),
      reduction: string('add'),
    });
  },
  Pad: padding,
  Expand: (trial) => {
    const shape = trial.shape();
    return expand(trial.builder, trial.floats(trial.broadcastable(shape)), shape);
  },
  Tile: (trial) => {
    const shape = trial.shape();
    return tile(trial.builder, trial.floats(shape), trial.random.list(shape.length, 1, 3));
  },
};
