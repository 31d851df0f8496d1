import { LikenessError } from '../../../contract/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import { float32 } from '../../graph/tensor.ts';
import { operators } from '../../ops/registry.ts';
import { slice } from '../../ops/shapes.ts';
import { refuseOtherBasis } from '../../checkpoint/checkpoint.ts';
import { basisOf, readState } from '../checkpoint/file.ts';
import { encodeExamples, outputsOf } from '../chips/encode-examples.ts';
import {
  featureExtractor,
  featuresOnly,
  projected,
  withHead,
} from '../encoders/spatial-student.ts';
import { distillationLoss } from '../losses/distillation.ts';
import { learnedConstants, withConstants } from '../parameters.ts';
import { Trainer, type TrainerSettings } from '../trainer.ts';
import { buildTrainingGraph, type TrainingGraph } from '../training-graph.ts';
import { curveOf, Descent, stepsPerEpoch } from './descent.ts';
import { principalDirections } from './principal.ts';
import { RidgeRegression } from './ridge.ts';
import { encoderBasis, throwIfStopped } from '../task.ts';
import { type DistillationSettings, type DistillationTask, type EpochReport } from './task.ts';

export interface Distilled {
  readonly graph: Graph;
  readonly curve: readonly EpochReport[];
  readonly parameters: number;
  readonly trained: number;
}

/**
 * Teaches a student what a teacher says of faces (Hinton et al. 2015, for encodings): first its
 * last layer alone, by ridge regression, then all that is not frozen, by gradient descent. What comes
 * out is brought to the length of the student's own encodings.
 *
 * @throws LikenessError training_impossible, training_diverged, cancelled; the checkpoint stays.
 */
export async function distil(task: DistillationTask): Promise<Distilled> {
  const { training, settings, checkpoint } = task;
  if (training.length < settings.batch)
    throw new LikenessError(
      'training_impossible',
      `There are ${training.length} faces to learn from; at least ${settings.batch} are needed.`,
      { details: { faces: training.length, needed: settings.batch } },
    );
  const basis = encoderBasis(task);
  const saved = await readState(checkpoint);
  if (saved !== null) refuseOtherBasis('training', basisOf(saved), basis);
  const start = saved === null ? await solveHead(task) : studentOf(task);
  // What reads the former encoding keeps it: the loss does not look there.
  const former = task.encoder.nodes.at(-1)?.inputs[1]?.name;
  const names = learnedConstants(start).filter(
    (name) => name !== former && !settings.freeze.some((prefix) => name.startsWith(prefix)),
  );
  const plan = trainingGraph(start, names, settings, training[0]!.target.length);
  const trainer = await Trainer.start(
    task.runtime,
    start,
    plan,
    names,
    trainerSettings(task),
    saved ?? undefined,
  );
  const run = new Descent(task, start, trainer, { curve: curveOf(saved?.content), basis });
  try {
    await run.toTheEnd();
  } finally {
    await trainer.dispose();
  }
  const graph = await shortened(task, withConstants(start, trainer.result()));
  const counted = (which: readonly string[]) =>
    which.reduce((sum, name) => sum + start.constants.get(name)!.data.length, 0);
  return {
    graph,
    curve: run.curve,
    parameters: counted(learnedConstants(start)),
    trained: counted(names),
  };
}

/**
 * As long as the encodings that the student began with: what it learned and what it knew overlap, so
 * that half of the directions hold nearly all of both.
 */
async function shortened(task: DistillationTask, student: Graph): Promise<Graph> {
  const { runtime, encoder, input, training } = task;
  const encodings = await encodeExamples(runtime, student, input, training);
  const length = encoder.outputs[0]!.shape[1] as number;
  return projected(student, principalDirections(encodings, length), operators);
}

function trainerSettings({ settings, training }: DistillationTask): TrainerSettings {
  const { peak, warmUp } = settings;
  const steps = settings.epochs * stepsPerEpoch(settings, training.length);
  return { ...settings.trainer, schedule: { peak, warmUp, steps, floor: 0.01 } };
}

/** The student with a last layer of zeros, to be filled from a checkpoint. */
function studentOf({ encoder, training }: DistillationTask): Graph {
  const extractor = featureExtractor(encoder, operators);
  const [features, targets] = [
    extractor.outputs[0]!.shape[1] as number,
    training[0]!.target.length,
  ];
  const zeros = (...shape: number[]) =>
    float32(shape, new Float32Array(shape.reduce((product, extent) => product * extent, 1)));
  return withHead(extractor, zeros(features, targets), zeros(targets), operators);
}

/** The student with the last layer that fits best while all others are as they were. */
async function solveHead(task: DistillationTask): Promise<Graph> {
  const { runtime, encoder, input, training, settings } = task;
  const extractor = featureExtractor(encoder, operators);
  const features = extractor.outputs[0]!.shape[1] as number;
  const ridge = new RidgeRegression(runtime, features, training[0]!.target.length);
  let done = 0;
  for await (const { example, views } of outputsOf(
    runtime,
    featuresOnly(extractor),
    input,
    training,
  )) {
    throwIfStopped(task);
    task.report({ stage: 'features', done: ++done, total: training.length });
    for (const view of views) ridge.add(view, example.target);
  }
  const { weight, bias } = await ridge.solve({ penalty: settings.ridgePenalty });
  return withHead(extractor, weight, bias, operators);
}

function trainingGraph(
  model: Graph,
  parameters: readonly string[],
  { batch, relationWeight }: DistillationSettings,
  length: number,
): TrainingGraph {
  const output = model.outputs[0]!.name;
  return buildTrainingGraph({
    model,
    parameters,
    sizes: { batch },
    operators,
    loss: (builder, outputs) => {
      const teacher = builder.input('teacher', 'float32', [batch, length]);
      // The rest of the encoding is the former one, which nobody teaches.
      const learned = slice(builder, outputs.get(output)!, [{ axis: 1, start: 0, end: length }]);
      return distillationLoss(builder, learned, teacher, relationWeight);
    },
  });
}
