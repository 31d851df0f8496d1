import { createHash } from 'node:crypto';
import { LikenessError } from '../../../contract/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import { float32 } from '../../graph/tensor.ts';
import type { NamedTensors } from '../../runtime/session.ts';
import {
  writeState,
  throwIfStopped,
  basisOf,
  readState,
  digestOfGraph,
  encoderBasis,
} from '../task.ts';
import { refuseOtherBasis, type Basis, type SavedState } from '../../checkpoint/checkpoint.ts';
import { pairMasks, type Mining } from '../losses.ts';
import { withConstants, blendValues, learnedConstants } from '../parameters.ts';
import { Trainer } from '../trainer.ts';
import {
  INPUTS,
  miningAt,
  tripletGraph,
  measureEncoder,
  type MeasuredEncoder,
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

interface TripletRunParts {
  readonly task: TripletTask;
  readonly people: People;
  /** The part of the encoder that is trained. */
  readonly crown: Graph;
  readonly names: readonly string[];
  readonly views: Views;
  /** What encodings are drawn to, per photo. */
  readonly targets: readonly Float32Array[] | null;
  readonly fingerprint: string;
  readonly basis: Basis;
}

interface Best {
  readonly epoch: number;
  /** Equal error rate on the people apart; the smaller the better. */
  readonly score: number;
  readonly values: NamedTensors;
}

/** Beside what the trainer keeps. */
interface SavedRun {
  readonly fingerprint: string;
  readonly basis: Basis;
  readonly curve: readonly TripletEpoch[];
  readonly best: { readonly epoch: number; readonly score: number } | null;
  readonly sums: readonly [loss: number, active: number];
}

const SECONDS_BETWEEN_CHECKPOINTS = 60;
const BEST = 'best/';

/** One training from its first step, or from a checkpoint, to its end. */
class TripletRun {
  readonly #parts: TripletRunParts;
  readonly #batch: number;
  readonly #perEpoch: number;
  readonly #steps: number;
  #curve: TripletEpoch[] = [];
  #best: Best | null = null;
  #sums: readonly [loss: number, active: number] = [0, 0];
  #savedAt = performance.now();

  constructor(parts: TripletRunParts) {
    const { people, task } = parts;
    const { seed, shape, epochs } = task.settings;
    this.#parts = parts;
    this.#batch = pickBatch(people, shape, seed, 0).length;
    this.#perEpoch = Math.max(1, Math.round(task.training.length / this.#batch));
    this.#steps = epochs * this.#perEpoch;
  }

  /** @returns the values of the best epoch, or of the last where nobody was kept apart. */
  async toTheEnd(
    saved: SavedState | null,
  ): Promise<{ values: NamedTensors; curve: readonly TripletEpoch[]; best: number }> {
    this.#restore(saved);
    let trainer = await this.#start(this.#miningAt(stepsOf(saved)), saved);
    try {
      if (this.#curve.length === 0) await this.#closeEpoch(trainer, null);
      const began = { at: performance.now(), step: trainer.steps };
      while (trainer.steps < this.#steps && !this.#isStale()) {
        throwIfStopped(this.#parts.task);
        const step = trainer.steps;
        const mining = this.#miningAt(step);
        if (step > 0 && mining !== this.#miningAt(step - 1)) trainer = await this.#next(trainer);
        const { loss, watched } = await trainer.step([await this.#feeds(step)]);
        const active = watched['active']!;
        this.#sums = [this.#sums[0] + loss, this.#sums[1] + active];
        this.#tell(step, loss, active, began);
        if (trainer.steps % this.#perEpoch === 0) await this.#closeEpoch(trainer, mining);
        else await this.#saveNowAndThen(trainer);
      }
      const values = this.#best?.values ?? trainer.result();
      const last = this.#curve.at(-1)!.epoch;
      return { values, curve: this.#curve, best: this.#best?.epoch ?? last };
    } finally {
      await trainer.dispose();
    }
  }

  #miningAt(step: number): Mining {
    return miningAt(this.#parts.task.settings.mining, step, this.#steps);
  }

  #start(mining: Mining, saved: SavedState | null): Promise<Trainer> {
    const { task, crown, names } = this.#parts;
    const { margin, pull, peak, warmUp, trainer } = task.settings;
    const plan = tripletGraph(crown, names, { mining, margin, pull, batch: this.#batch });
    const schedule = { peak, warmUp, steps: this.#steps, floor: 0.02 };
    return Trainer.start(
      task.runtime,
      crown,
      plan,
      names,
      { ...trainer, schedule },
      saved ?? undefined,
    );
  }

  /** Another mining is another graph; all that the trainer remembers goes on. */
  async #next(trainer: Trainer): Promise<Trainer> {
    const state = trainer.state();
    await trainer.dispose();
    return this.#start(this.#miningAt(trainer.steps), state);
  }

  /** Everything random follows from the seed and the step: nothing of it needs to be saved. */
  async #feeds(step: number): Promise<NamedTensors> {
    const { task, people, views } = this.#parts;
    const { seed, shape } = task.settings;
    const picks = pickBatch(people, shape, seed, step);
    const photos = picks.map(({ photo }) => photo);
    const { positive, negative } = pairMasks(picks.map(({ person }) => person));
    return {
      ...(await views.feed(photos, step * this.#batch)),
      ...this.#targetsOf(picks, step * this.#batch),
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

  async #closeEpoch(trainer: Trainer, mining: Mining | null): Promise<void> {
    const epoch = this.#curve.length;
    const [loss, active] = this.#sums.map((sum) => (mining === null ? null : sum / this.#perEpoch));
    const values = trainer.result();
    const { clean, probes } = await this.#validate(values);
    this.#curve.push({ epoch, mining, loss: loss!, active: active!, validation: clean, probes });
    const score = (probes ?? clean)?.eer;
    if (score !== undefined && score < (this.#best?.score ?? Infinity))
      this.#best = { epoch, score, values: copied(values) };
    this.#sums = [0, 0];
    await this.#save(trainer);
  }

  #validate(values: NamedTensors): Promise<MeasuredEncoder> {
    const { runtime, encoder, input, validation, settings } = this.#parts.task;
    const graph = withConstants(encoder, values);
    return measureEncoder(runtime, { graph, input }, validation, settings);
  }

  #isStale(): boolean {
    if (this.#best === null) return false;
    return this.#curve.at(-1)!.epoch - this.#best.epoch >= this.#parts.task.settings.patience;
  }

  #tell(
    step: number,
    loss: number,
    active: number,
    began: { readonly at: number; readonly step: number },
  ): void {
    const perStep = (performance.now() - began.at) / (step + 1 - began.step) / 1000;
    this.#parts.task.report({
      ...{ stage: 'descent', step: step + 1, steps: this.#steps, loss, active },
      epoch: this.#curve.length,
      secondsLeft: perStep * (this.#steps - step - 1),
    });
  }

  #restore(saved: SavedState | null): void {
    if (saved === null) return;
    const { fingerprint, curve, best, sums } = saved.content as SavedRun;
    if (fingerprint !== this.#parts.fingerprint)
      throw new LikenessError(
        'checkpoint_incompatible',
        'The saved state belongs to a training with other photos or settings. Give the same ones, ' +
          'or another --work folder.',
      );
    this.#curve = [...curve];
    this.#sums = sums;
    this.#best = best === null ? null : { ...best, values: this.#bestValues(saved) };
  }

  #bestValues({ vectors }: SavedState): NamedTensors {
    const { constants } = this.#parts.crown;
    const entries = Object.entries(vectors).filter(([name]) => name.startsWith(BEST));
    return Object.fromEntries(
      entries.map(([name, data]) => {
        const constant = name.slice(BEST.length);
        return [constant, float32(constants.get(constant)!.shape, data)];
      }),
    );
  }

  async #saveNowAndThen(trainer: Trainer): Promise<void> {
    if (performance.now() - this.#savedAt > SECONDS_BETWEEN_CHECKPOINTS * 1000)
      await this.#save(trainer);
  }

  async #save(trainer: Trainer): Promise<void> {
    const { content, vectors } = trainer.state();
    const best = this.#best;
    const run: SavedRun = {
      fingerprint: this.#parts.fingerprint,
      basis: this.#parts.basis,
      curve: this.#curve,
      best: best && { epoch: best.epoch, score: best.score },
      sums: this.#sums,
    };
    const kept = Object.entries(best?.values ?? {}).map(
      ([name, { data }]) => [BEST + name, data as Float32Array] as const,
    );
    await writeState(this.#parts.task.checkpoint, {
      content: { ...(content as object), ...run },
      vectors: { ...vectors, ...Object.fromEntries(kept) },
    });
    this.#savedAt = performance.now();
  }
}

const stepsOf = (saved: SavedState | null): number =>
  (saved?.content as { readonly steps?: number } | undefined)?.steps ?? 0;

/** Values of a trainer are views of what it goes on changing. */
const copied = (values: NamedTensors): NamedTensors =>
  Object.fromEntries(
    Object.entries(values).map(([name, { shape, data }]) => [
      name,
      float32(shape, Float32Array.from(data as Float32Array)),
    ]),
  );

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
  const basis = encoderBasis(task);
  const saved = await readState(task.checkpoint);
  // Before anything is computed: the views through a frozen trunk take hours.
  if (saved !== null) refuseOtherBasis('training', basisOf(saved), basis);
  const { trunk, crown } = cutAtFrozen(encoder, names, operators);
  const views = trunk === null ? null : await viewsThrough(trunk, task);
  try {
    const run = new TripletRun({
      task,
      people,
      crown,
      names,
      views: views ?? freshViews(training, task.input, settings),
      targets: settings.pull > 0 ? await targetsOf(task) : null,
      fingerprint: fingerprintOf(task, names),
      basis,
    });
    const { values, curve, best } = await run.toTheEnd(saved);
    const counted = (which: readonly string[]) =>
      which.reduce((sum, name) => sum + encoder.constants.get(name)!.data.length, 0);
    return {
      graph: withConstants(encoder, blendValues(encoder, values, settings.blend)),
      ...{ curve, best, negativesOnly: people.single.length },
      parameters: counted(learnedConstants(encoder)),
      trained: counted(names),
    };
  } finally {
    await views?.close();
  }
}

function viewsThrough(trunk: Graph, task: TripletTask): Promise<StoredViews> {
  const { runtime, input, training, settings, checkpoint } = task;
  return storedViews({
    ...{ runtime, trunk, input, settings, examples: training, count: settings.views },
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

/** Of all that a checkpoint must agree with. */
function fingerprintOf(
  { training, settings, input }: TripletTask,
  names: readonly string[],
): string {
  return digestOf({ photos: training.map(({ photo }) => photo), settings, input, names });
}

/** Of all that what the trunk says depends on. */
function viewsFingerprint({ training, settings, input }: TripletTask, trunk: Graph): string {
  const { seed, augmentation, camera, views } = settings;
  const photos = training.map(({ photo, hash }) => [photo, hash]);
  const network = digestOfGraph(trunk);
  return digestOf({ photos, seed, augmentation, camera, views, input, network });
}

const digestOf = (content: object): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);

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
