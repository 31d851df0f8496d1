import { RandomStream } from '../../../foundation/random.ts';
import type { Graph } from '../../graph/graph.ts';
import type { RgbImage } from '../../images/rgb-image.ts';
import { withGraph, type Runtime } from '../../runtime/runtime.ts';
import type { NamedTensors } from '../../runtime/session.ts';
import {
  feedOf,
  taughtLayers,
  convolutionBehind,
  someLayers,
  type StyleInput,
  type StudentShape,
  type StudentWeights,
  type Directions,
  type StyleTeacher,
} from './networks.ts';
import { LikenessError } from '../../../contract/errors.ts';
import type { ConvWeights } from '../../catalog/face-api/layers.ts';
import { buildFeatureNetwork, layersOf } from '../../catalog/style-encoders.ts';
import { float32, type TensorOf } from '../../graph/tensor.ts';
import {
  principalDirections,
  secondMoment,
  RidgeRegression,
  type LinearMap,
} from '../linear-fits.ts';

/**
 * The channels from which all others follow best: one after the other the one whose energy is least
 * explained by those chosen before (Cholesky decomposition with pivoting; Harbrecht et al. 2012).
 *
 * @param moment mean of x xᵀ, [channels, channels]
 * @returns `count` different channels at most, fewer where the rest has no energy of its own.
 */
export function chooseChannels(moment: Float64Array, count: number): readonly number[] {
  const channels = Math.sqrt(moment.length);
  const left = Float64Array.from({ length: channels }, (_, i) => moment[i * channels + i]!);
  // Less is what rounding leaves.
  const least = 1e-10 * left.reduce((sum, value) => sum + value, 0);
  const columns: Float64Array[] = [];
  const chosen: number[] = [];
  while (chosen.length < count) {
    const pivot = left.reduce((best, value, i) => (value > left[best]! ? i : best), 0);
    if (!(left[pivot]! > least)) break;
    const root = Math.sqrt(left[pivot]!);
    const column = Float64Array.from({ length: channels }, (_, i) => {
      const explained = columns.reduce((sum, each) => sum + each[i]! * each[pivot]!, 0);
      return (moment[i * channels + pivot]! - explained) / root;
    });
    for (let i = 0; i < channels; i++) left[i]! -= column[i]! ** 2;
    left[pivot] = -Infinity;
    columns.push(column);
    chosen.push(pivot);
  }
  return chosen;
}

/** Activations of one layer at some positions of many pictures: `rows` of them, one below the other. */
export interface Samples {
  readonly channels: number;
  readonly rows: number;
  /** float32[rows, channels]. */
  readonly data: Float32Array;
}

/** Positions that are looked at in each picture. */
const POSITIONS = 48;

/**
 * Activations of every output of a network, float32[1, C, H, W] each. Layers of one resolution are
 * looked at in the same positions, whichever network has them.
 */
export async function sampleActivations(
  runtime: Runtime,
  network: { readonly graph: Graph; readonly input: StyleInput },
  pictures: readonly RgbImage[],
): Promise<ReadonlyMap<string, Samples>> {
  const samples = new Map<string, Samples>();
  await withGraph(runtime, network.graph, async (session) => {
    for (const [serial, picture] of pictures.entries()) {
      const outputs = await session.run(feedOf(network, picture));
      for (const [layer, activation] of Object.entries(outputs)) {
        const channels = activation.shape[1]!;
        const rows = pictures.length * POSITIONS;
        if (!samples.has(layer))
          samples.set(layer, { channels, rows, data: new Float32Array(rows * channels) });
        gather(activation, samples.get(layer)!, serial);
      }
    }
  });
  return samples;
}

function gather({ shape, data }: NamedTensors[string], into: Samples, serial: number): void {
  const area = shape[2]! * shape[3]!;
  const random = new RandomStream(area, 'positions', serial);
  const values = data as Float32Array;
  const { channels } = into;
  let to = serial * POSITIONS * channels;
  for (let n = 0; n < POSITIONS; n++) {
    const place = random.below(area);
    for (let channel = 0; channel < channels; channel++, to++)
      into.data[to] = values[channel * area + place]!;
  }
}

export interface Reduced {
  readonly weights: StudentWeights;
  readonly directions: Directions;
}

interface ReductionTask {
  readonly runtime: Runtime;
  readonly teacher: StyleTeacher;
  readonly shape: StudentShape;
  /** How the student is fed: as the teacher is, but for the deviations. */
  readonly input: StyleInput;
  /** Square pictures of one size. */
  readonly cuts: readonly RgbImage[];
  /** Called between two layers; may throw. */
  readonly between: () => void;
}

/** Enough to keep the equations solvable where channels nearly repeat each other. */
const PENALTY = 1e-4;

/**
 * A student to begin with: of every convolution of the teacher the channels from which the others
 * follow best. What they follow by, a linear map fitted on what the student itself says, goes into the
 * kernel of the next convolution (channel pruning; He, Zhang, Sun 2017). Channels have mean square 1.
 *
 * @throws LikenessError training_impossible where the teacher is no such network.
 */
export async function reduceTeacher(task: ReductionTask): Promise<Reduced> {
  const { runtime, teacher, shape, cuts } = task;
  const layers = layersOf(shape.channels);
  const side = cuts[0]!.width;
  const wanted = {
    input: teacher.manifest.input.name,
    layers: layers.map(({ output }) => output),
    side,
  };
  const graph = someLayers(teacher.graph, wanted);
  const said = await sampleActivations(runtime, { graph, input: teacher.manifest.input }, cuts);
  const directions = directionsOf(shape, said);
  const blocks: ConvWeights[][] = [];
  const maps: Record<string, ConvWeights> = {};
  let before: { readonly teacher: Samples; readonly student: Samples } | null = null;
  for (const { output, channels, stride } of layers) {
    task.between();
    const samples = said.get(output)!;
    const chosen = chooseChannels(secondMoment(samples.data, samples.channels), channels);
    const whole = teachersConvolution(teacher, output);
    const inputs = before === null ? scaledInput(task) : await follow(runtime, before);
    const block = Math.log2(stride);
    (blocks[block] ??= []).push(thinned(whole, inputs, chosen, channels, samples));
    const student = await sampleStudent(task, blocks, output, side);
    before = { teacher: samples, student };
    const direction = directions[output];
    if (direction !== undefined)
      maps[output] = asConvolution(
        await follow(runtime, { teacher: turned(samples, direction), student }),
      );
  }
  return { weights: { blocks, maps }, directions };
}

/**
 * A student that goes on: its convolutions stay, and behind them come the maps to what the teacher
 * says of these pictures.
 */
export async function restoreReduction(
  task: ReductionTask,
  { blocks }: Pick<StudentWeights, 'blocks'>,
): Promise<Reduced> {
  const { runtime, teacher, shape, cuts } = task;
  const side = cuts[0]!.width;
  const wanted = { input: teacher.manifest.input.name, layers: shape.taught, side };
  const graph = someLayers(teacher.graph, wanted);
  const said = await sampleActivations(runtime, { graph, input: teacher.manifest.input }, cuts);
  const directions = directionsOf(shape, said);
  const maps: Record<string, ConvWeights> = {};
  for (const [layer, direction] of Object.entries(directions)) {
    task.between();
    const student = await sampleStudent(task, blocks, layer, side);
    const wish = turned(said.get(layer)!, direction);
    maps[layer] = asConvolution(await follow(runtime, { teacher: wish, student }));
  }
  return { weights: { blocks, maps }, directions };
}

function directionsOf(shape: StudentShape, said: ReadonlyMap<string, Samples>): Directions {
  return Object.fromEntries(
    taughtLayers(shape).map(({ output, channels }) => [
      output,
      strongestDirections(said.get(output)!, channels),
    ]),
  );
}

/** float32[count, channels, 1, 1], in a unit in which the mean squared length of a sample is 1. */
function strongestDirections(samples: Samples, count: number): TensorOf<'float32'> {
  const { channels, rows, data } = samples;
  const encodings = Array.from({ length: rows }, (_, row) =>
    data.subarray(row * channels, (row + 1) * channels),
  );
  const directions = principalDirections(encodings, count).data;
  const unit = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / rows) || 1;
  const kernel = new Float32Array(count * channels);
  for (let row = 0; row < count; row++)
    for (let i = 0; i < channels; i++)
      kernel[row * channels + i] = directions[i * count + row]! / unit;
  return float32([count, channels, 1, 1], kernel);
}

function teachersConvolution({ graph, manifest }: StyleTeacher, layer: string): ConvWeights {
  const convolution = convolutionBehind(graph, layer);
  if (convolution !== null) return convolution;
  throw new LikenessError(
    'training_impossible',
    `${manifest.id} cannot teach: its layer ${layer} is no convolution with a ReLU. Take vgg19.`,
    { details: { teacher: manifest.id, layer } },
  );
}

/** What the teacher is fed, as a linear map of what the student is fed. */
function scaledInput({ teacher, input }: ReductionTask): LinearMap {
  const weight = new Float32Array(9);
  for (let i = 0; i < 3; i++) weight[i * 3 + i] = input.std[i]! / teacher.manifest.input.std[i]!;
  return { weight: float32([3, 3], weight), bias: float32([3], [0, 0, 0]) };
}

/** The linear map that fits best from what the student says to what the teacher says. */
async function follow(
  runtime: Runtime,
  { teacher, student }: { readonly teacher: Samples; readonly student: Samples },
): Promise<LinearMap> {
  const ridge = new RidgeRegression(runtime, student.channels, teacher.channels);
  ridge.add(student.data, teacher.data);
  return ridge.solve({ penalty: PENALTY });
}

/**
 * The chosen outputs of a convolution, for inputs from which its own follow by a linear map. Where
 * fewer are chosen than there are to be, the last ones are zero.
 */
function thinned(
  { kernel, bias }: ConvWeights,
  inputs: LinearMap,
  chosen: readonly number[],
  outputs: number,
  samples: Samples,
): ConvWeights {
  const [, all, height, width] = kernel.shape;
  const few = inputs.weight.shape[0]!;
  const area = height! * width!;
  const data = new Float32Array(outputs * few * area);
  const shifts = new Float32Array(outputs);
  chosen.forEach((channel, output) => {
    const scale = 1 / (rootMeanSquare(samples, channel) || 1);
    let shift = bias.data[channel]!;
    for (let from = 0; from < all!; from++)
      for (let position = 0; position < area; position++) {
        const weight = kernel.data[(channel * all! + from) * area + position]!;
        shift += weight * inputs.bias.data[from]!;
        for (let input = 0; input < few; input++)
          data[(output * few + input) * area + position]! +=
            scale * weight * inputs.weight.data[input * all! + from]!;
      }
    shifts[output] = scale * shift;
  });
  return {
    kernel: float32([outputs, few, height!, width!], data),
    bias: float32([outputs], shifts),
  };
}

function rootMeanSquare({ channels, rows, data }: Samples, channel: number): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += data[row * channels + channel]! ** 2;
  return Math.sqrt(sum / rows);
}

async function sampleStudent(
  { runtime, input, cuts }: ReductionTask,
  blocks: readonly (readonly ConvWeights[])[],
  layer: string,
  side: number,
): Promise<Samples> {
  const network = buildFeatureNetwork('student', blocks);
  const graph = someLayers(network, { input: input.name, layers: [layer], side });
  return (await sampleActivations(runtime, { graph, input }, cuts)).get(layer)!;
}

/** Samples in other directions: x · directionsᵀ. */
function turned({ channels, rows, data }: Samples, directions: TensorOf<'float32'>): Samples {
  const count = directions.shape[0]!;
  const result = new Float32Array(rows * count);
  for (let row = 0; row < rows; row++)
    for (let direction = 0; direction < count; direction++) {
      let sum = 0;
      for (let i = 0; i < channels; i++)
        sum += data[row * channels + i]! * directions.data[direction * channels + i]!;
      result[row * count + direction] = sum;
    }
  return { channels: count, rows, data: result };
}

/** x · weight + bias at every position. */
function asConvolution({ weight, bias }: LinearMap): ConvWeights {
  const [inputs, outputs] = weight.shape as readonly [number, number];
  const kernel = new Float32Array(inputs * outputs);
  for (let input = 0; input < inputs; input++)
    for (let output = 0; output < outputs; output++)
      kernel[output * inputs + input] = weight.data[input * outputs + output]!;
  return { kernel: float32([outputs, inputs, 1, 1], kernel), bias };
}
