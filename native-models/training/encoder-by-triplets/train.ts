import { LikenessError } from '../../../contract/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import { float32 } from '../../graph/tensor.ts';
import type { NamedTensors } from '../../runtime/session.ts';
import { digestOf } from '../../checkpoint/checkpoint.ts';
import { digestOfGraph, encoderBasis } from '../encoder-task.ts';
import { TrainingRun, throwIfStopped, type TrainingAlgorithm } from '../training-run.ts';
import { pairMasks } from '../losses.ts';
import { withConstants, blendValues, learnedConstants } from '../parameters.ts';
import { Trainer } from '../trainer.ts';
import {
  INPUTS,
  miningAt,
  tripletGraph,
  measureEncoder,
  type TripletEpoch,
  type TripletTask,
  type TripletResult,
} from './task.ts';
import {
  pickBatch,
  isDegraded,
  groupByPerson,
  storedViews,
  freshViews,
  type People,
  type Pick,
  type Views,
  type StoredViews,
} from './views.ts';
import { operators } from '../../ops/registry.ts';
import { encodeExamples } from '../chips.ts';
import { cutAtFrozen } from '../training-graph.ts';

interface Parts {
  readonly task: TripletTask;
  readonly people: People;
  readonly views: Views;
  /** What encodings are drawn to, per photo. */
  readonly targets: readonly Float32Array[] | null;
}

/** What the trained part is fed: P×K batches, which pairs count in them, and what holds encodings. */
class TripletBatches {
  readonly size: number;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    const { seed, shape } = parts.task.settings;
    this.#parts = parts;
    this.size = pickBatch(parts.people, shape, seed, 0).length;
  }

  async at(step: number): Promise<NamedTensors> {
    const { task, people, views } = this.#parts;
    const { seed, shape } = task.settings;
    const picks = pickBatch(people, shape, seed, step);
    const photos = picks.map(({ photo }) => photo);
    const { positive, negative } = pairMasks(picks.map(({ person }) => person));
    return {
      ...(await views.feed(photos, step * this.size)),
      ...this.#targetsOf(picks, step * this.size),
      [INPUTS.positive]: positive,
      [INPUTS.negative]: negative,
    };
  }

  /** Faces of the bad camera are free to move: to hold them too made them no more alike (measured). */
  #targetsOf(picks: readonly Pick[], serial: number): NamedTensors {
    const { targets, task } = this.#parts;
    if (targets === null) return {};
    const held = picks.map((_, row) => Number(!isDegraded(serial + row, task.settings.camera)));
    const count = held.reduce((sum, each) => sum + each, 0);
    const length = targets[0]!.length;
    const data = new Float32Array(picks.length * length);
    picks.forEach(({ photo }, row) => data.set(targets[photo]!, row * length));
    return {
      [INPUTS.target]: float32([picks.length, length], data),
      [INPUTS.share]: float32(
        [picks.length, 1],
        held.map((each) => each / count),
      ),
    };
  }
}

/**
 * Trains an encoder with triplets (anchor, positive, negative) on P×K batches. What is frozen below
 * the trained layers runs once per view.
 *
 * @throws LikenessError training_impossible, training_diverged, checkpoint_incompatible, cancelled;
 *   the checkpoint stays.
 */
export async function trainWithTriplets(task: TripletTask): Promise<TripletResult> {
  const { encoder, settings, training } = task;
  const people = groupByPerson(training.map(({ person }) => person));
  refuseTooFew(people);
  const names = learnedConstants(encoder).filter(
    (name) => !settings.freeze.some((prefix) => name.startsWith(prefix)),
  );
  if (names.length === 0) throw nothingLeft(settings.freeze);
  // Before anything is computed: the views through a frozen trunk take hours.
  const run = await TrainingRun.open<TripletEpoch>(task, encoderBasis(task));
  const { trunk, head } = cutAtFrozen(encoder, names, operators);
  const stored = trunk === null ? null : await viewsThrough(trunk, task);
  try {
    const views = stored ?? freshViews(training, task.input, settings);
    const targets = settings.pull > 0 ? await targetsOf(task) : null;
    const batches = new TripletBatches({ task, people, views, targets });
    const { values, curve, best } = await run.finish(algorithmOf(task, { head, names, batches }));
    const counted = (which: readonly string[]) =>
      which.reduce((sum, name) => sum + encoder.constants.get(name)!.data.length, 0);
    return {
      graph: withConstants(encoder, blendValues(encoder, values, settings.blend)),
      curve,
      best,
      negativesOnly: people.single.length,
      parameters: counted(learnedConstants(encoder)),
      trained: counted(names),
    };
  } finally {
    await stored?.close();
  }
}

interface Learner {
  /** The part of the encoder above what is frozen. */
  readonly head: Graph;
  readonly names: readonly string[];
  readonly batches: TripletBatches;
}

function algorithmOf(
  task: TripletTask,
  { head, names, batches }: Learner,
): TrainingAlgorithm<TripletEpoch> {
  const { runtime, settings } = task;
  const { epochs, margin, pull, peak, warmUp, patience } = settings;
  const perEpoch = Math.max(1, Math.round(task.training.length / batches.size));
  const steps = epochs * perEpoch;
  const mining = (step: number) => miningAt(settings.mining, step, steps);
  return {
    steps,
    every: perEpoch,
    patience,
    open: (step, saved) => {
      const plan = tripletGraph(head, names, {
        mining: mining(step),
        margin,
        pull,
        batch: batches.size,
      });
      const schedule = { peak, warmUp, steps, floor: 0.02 };
      return Trainer.start(runtime, head, plan, names, { ...settings.trainer, schedule }, saved);
    },
    // Another mining is another graph.
    reopens: (step) => mining(step) !== mining(step - 1),
    feeds: async (step) => [await batches.at(step)],
    measure: async (values, means, step) => {
      const graph = withConstants(task.encoder, values);
      const { clean, probes } = await measureEncoder(
        runtime,
        { graph, input: task.input },
        task.validation,
        settings,
      );
      return {
        epoch: step / perEpoch,
        mining: means && mining(step - 1),
        loss: means && means.loss,
        active: means && means.watched['active']!,
        validation: clean,
        probes,
      };
    },
    score: ({ probes, validation }) => (probes ?? validation)?.eer,
    report: ({ watched, ...progress }) => {
      task.report({ stage: 'descent', ...progress, active: watched['active']! });
    },
  };
}

function viewsThrough(trunk: Graph, task: TripletTask): Promise<StoredViews> {
  const { runtime, input, training, settings, checkpoint } = task;
  return storedViews({
    runtime,
    trunk,
    input,
    settings,
    examples: training,
    count: settings.views,
    file: `${checkpoint}.views-${viewsFingerprint(task, trunk)}`,
    report: (done, total) => {
      throwIfStopped(task);
      task.report({ stage: 'views', done, total });
    },
  });
}

/** What the encoder says of the clean photos before it is trained. */
function targetsOf({ runtime, encoder, input, training }: TripletTask): Promise<Float32Array[]> {
  return encodeExamples(runtime, encoder, input, training);
}

/** Everything the trunk's output depends on. */
function viewsFingerprint({ training, settings, input }: TripletTask, trunk: Graph): string {
  const { seed, augmentation, camera, views } = settings;
  const photos = training.map(({ photo, hash }) => [photo, hash]);
  const network = digestOfGraph(trunk);
  return digestOf({ photos, seed, augmentation, camera, views, input, network }).slice(0, 16);
}

function refuseTooFew({ several, single }: People): void {
  if (several.length > 0 && several.length + single.length > 1) return;
  throw new LikenessError(
    'training_impossible',
    `Triplets need a person with two photos and somebody else; there are ${several.length} people ` +
      `with two photos or more and ${single.length} with one. Give more photos.`,
    { details: { several: several.length, single: single.length } },
  );
}

const nothingLeft = (freeze: readonly string[]) =>
  new LikenessError(
    'training_impossible',
    `With ${freeze.join(', ')} frozen nothing is left to train. Freeze fewer layers.`,
    { details: { freeze } },
  );
