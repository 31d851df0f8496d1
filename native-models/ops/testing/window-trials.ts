import { int, ints, string, type Value } from '../../graph/graph.ts';
import { averagePool, maxPool } from '../pooling.ts';
import { batchNormalization, instanceNormalization } from '../normalization.ts';
import { convTranspose, conv } from '../convolution.ts';
import { resize } from '../resize.ts';
import { trialsOf, type OperatorTrial, type Trial } from './trial.ts';

const globalPool =
  (op: string): OperatorTrial =>
  (trial) =>
    trial.builder.apply(op, [trial.floats(trial.shape(3, 5))]);

/** A kernel, strides, dilations and pads that fit a picture of at least 12 in every direction. */
function window(trial: Trial, rank: number) {
  const { random } = trial;
  const kernel = random.list(rank, 1, 4);
  return {
    kernel,
    strides: random.list(rank, 1, 3),
    dilations: random.list(rank, 1, 2),
    pads: [...kernel, ...kernel].map((size) => random.int(0, size - 1)),
  };
}

function picture(trial: Trial, channels: number): { shape: number[]; rank: number } {
  const rank = trial.random.int(1, 2);
  const shape = [trial.random.int(1, 3), channels, ...trial.random.list(rank, 12, 17)];
  return { shape, rank };
}

function convolution(trial: Trial): Value {
  const { random, builder } = trial;
  const group = random.int(1, 3);
  const [inputs, outputs] = random.list(2, 1, 3) as [number, number];
  const { shape, rank } = picture(trial, group * inputs);
  const { kernel, ...options } = window(trial, rank);
  const w = trial.floats([group * outputs, inputs, ...kernel]);
  const bias = trial.floats([group * outputs]);
  const withBias = random.chance() ? { bias } : {};
  if (random.chance(0.2)) return automaticallyPadded(trial, trial.floats(shape), w, group);
  return conv(builder, trial.floats(shape), w, { ...options, ...withBias, group });
}

function automaticallyPadded(trial: Trial, x: Value, w: Value, group: number): Value {
  const spatial = x.shape.length - 2;
  const mode = trial.random.pick(['SAME_UPPER', 'SAME_LOWER', 'VALID']);
  const strides = ints(trial.random.list(spatial, 1, 3));
  return trial.builder.apply('Conv', [x, w], {
    auto_pad: string(mode),
    strides,
    group: int(group),
  });
}

function transposedConvolution(trial: Trial): Value {
  const { random, builder } = trial;
  const group = random.int(1, 2);
  const [inputs, outputs] = random.list(2, 1, 3) as [number, number];
  const { shape, rank } = picture(trial, group * inputs);
  const { kernel, ...options } = window(trial, rank);
  const outputPadding = options.strides.map((stride) => random.int(0, stride - 1));
  const w = trial.floats([group * inputs, outputs, ...kernel]);
  return convTranspose(builder, trial.floats(shape), w, { ...options, group, outputPadding });
}

function resizing(trial: Trial): Value {
  const shape = trial.shape(4, 4);
  const fixed = shape.slice(0, 2);
  const mode = trial.random.pick(['nearest', 'linear'] as const);
  const scales = [1, 1, ...[0, 1].map(() => trial.random.pick([0.5, 1, 1.3, 2, 2.5]))];
  const fits = scales.every((scale, axis) => Math.floor(scale * shape[axis]!) > 0);
  const sizes = [...fixed, ...trial.random.list(2, 1, 9)];
  const target = fits && trial.random.chance() ? { scales } : { sizes };
  return resize(trial.builder, trial.floats(shape), target, mode);
}

function pooling(
  pool: (trial: Trial, x: Value, options: ReturnType<typeof window>) => Value,
): OperatorTrial {
  return (trial) => {
    const { shape, rank } = picture(trial, trial.random.int(1, 3));
    return pool(trial, trial.floats(shape), window(trial, rank));
  };
}

/** Operators on pictures: [batch, channels, …spatial]. */
export const windowTrials: Readonly<Record<string, OperatorTrial>> = {
  ...trialsOf(['GlobalAveragePool', 'GlobalMaxPool'], globalPool),
  Conv: convolution,
  ConvTranspose: transposedConvolution,
  MaxPool: pooling((trial, x, { kernel, ...options }) =>
    maxPool(trial.builder, x, kernel, { ...options, ceilMode: trial.random.chance() }),
  ),
  AveragePool: pooling((trial, x, { kernel, strides, pads }) =>
    averagePool(trial.builder, x, kernel, {
      strides,
      pads,
      ceilMode: trial.random.chance(),
      countIncludesPadding: trial.random.chance(),
    }),
  ),
  Resize: resizing,
  BatchNormalization: (trial) => {
    const shape = trial.shape(2, 4);
    const perChannel = () => trial.floats([shape[1]!]);
    const statistics = {
      scale: perChannel(),
      bias: perChannel(),
      mean: perChannel(),
      variance: perChannel(),
    };
    return batchNormalization(trial.builder, trial.floats(shape), statistics, 1e-5);
  },
  InstanceNormalization: (trial) => {
    const shape = trial.shape(3, 4);
    const scale = trial.floats([shape[1]!]);
    const bias = trial.floats([shape[1]!]);
    // Large, so that a channel of one pixel does not blow rounding up.
    return instanceNormalization(trial.builder, trial.floats(shape), scale, bias, 0.1);
  },
};
