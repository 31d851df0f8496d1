import { LikenessError } from '../../contract/errors.ts';
import { gradientName } from '../autodiff/gradient.ts';
import type { Graph } from '../graph/graph.ts';
import { float32 } from '../graph/tensor.ts';
import { openInBlockedLayout } from '../runtime/blocked-convolutions.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { OrtSession, NamedTensors } from '../runtime/session.ts';
import type { SavedState } from '../checkpoint/checkpoint.ts';
import {
  createOptimizer,
  learningRateAt,
  type Optimizer,
  type OptimizerSettings,
  type Schedule,
} from './optimizers.ts';
import { Parameters } from './parameters.ts';
import type { RunningStatistics, TrainingGraph } from './training-graph.ts';

export interface TrainerSettings {
  readonly optimizer: OptimizerSettings;
  readonly schedule: Schedule;
  /** The gradient is scaled down to this length where it is longer. */
  readonly clipNorm: number;
  /** Share that the running mean of the parameters keeps; 0 takes the last values as the result. */
  readonly averaging: number;
  /** Share that running statistics of batch normalizations keep. */
  readonly statisticsMomentum: number;
}

interface SavedContent {
  readonly steps: number;
  /** Of the parameters as they were at the start, by which relative learning rates go. */
  readonly scales: readonly number[];
}

interface StepReport {
  /** Mean over the micro-batches. */
  readonly loss: number;
  readonly watched: Readonly<Record<string, number>>;
  readonly gradientNorm: number;
  readonly learningRate: number;
}

/**
 * One run of training: parameters, what the optimizer remembers, and the session that computes
 * gradients. The same model, settings and batches give the same parameters, bit for bit, also when
 * the run was saved and resumed in between.
 */
export class Trainer {
  readonly #session: OrtSession;
  readonly #plan: TrainingGraph;
  readonly #settings: TrainerSettings;
  readonly #parameters: Parameters;
  readonly #gradient: Float32Array;
  readonly #optimizer: Optimizer;
  readonly #average: Float32Array;
  readonly #statistics: ReadonlyMap<string, Float32Array>;
  #steps: number;

  /** @param saved where to go on, as `state` gave it. */
  static async start(
    runtime: Runtime,
    model: Graph,
    plan: TrainingGraph,
    names: readonly string[],
    settings: TrainerSettings,
    saved?: SavedState,
  ): Promise<Trainer> {
    const session = await openInBlockedLayout(runtime, plan.graph);
    return new Trainer(session, model, plan, names, settings, saved);
  }

  private constructor(
    session: OrtSession,
    model: Graph,
    plan: TrainingGraph,
    names: readonly string[],
    settings: TrainerSettings,
    saved?: SavedState,
  ) {
    this.#session = session;
    this.#plan = plan;
    this.#settings = settings;
    const scales = (saved?.content as Partial<SavedContent> | undefined)?.scales;
    const fresh = Parameters.of(model, names, scales);
    const vectors = saved?.vectors;
    this.#parameters =
      vectors === undefined
        ? fresh
        : new Parameters(fresh.segments, vectorOf(vectors, 'values', fresh.values.length));
    this.#gradient = new Float32Array(fresh.values.length);
    this.#steps = (saved?.content as Partial<SavedContent> | undefined)?.steps ?? 0;
    this.#optimizer = createOptimizer(
      settings.optimizer,
      fresh.segments,
      vectors && { steps: this.#steps, vectors: optimizerVectors(vectors) },
    );
    this.#average = vectors?.['average'] ?? new Float32Array(fresh.values.length);
    this.#statistics = new Map(
      plan.statistics
        .flatMap(({ mean, variance }) => [mean, variance])
        .map((name) => [
          name,
          vectors?.[`statistics/${name}`] ??
            Float32Array.from(model.constants.get(name)!.data as Float32Array),
        ]),
    );
  }

  /** Steps made so far, over all resumptions. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * One step of the optimizer on the mean gradient of the micro-batches.
   *
   * @throws LikenessError training_diverged where loss or gradient are no numbers; parameters stay.
   */
  async step(microBatches: readonly NamedTensors[]): Promise<StepReport> {
    const sums = new Map<string, number>();
    for (const [index, batch] of microBatches.entries()) {
      const results = await this.#session.run({ ...batch, ...this.#parameters.tensors() });
      if (index === 0) this.#setGradient(results, 1 / microBatches.length);
      else this.#addGradient(results, 1 / microBatches.length);
      for (const name of ['loss', ...this.#plan.watched])
        sums.set(
          name,
          (sums.get(name) ?? 0) + Number(results[name]!.data[0]) / microBatches.length,
        );
      this.#renewStatistics(results);
    }
    const gradientNorm = norm(this.#gradient);
    const loss = sums.get('loss')!;
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) throw diverged(this.#steps);
    const learningRate = learningRateAt(this.#settings.schedule, this.#steps);
    const gradientScale = Math.min(1, this.#settings.clipNorm / gradientNorm);
    const pace = { learningRate, gradientScale };
    this.#optimizer.step(this.#parameters.values, this.#gradient, pace);
    this.#steps++;
    this.#renewAverage();
    sums.delete('loss');
    return { loss, watched: Object.fromEntries(sums), gradientNorm, learningRate };
  }

  /** What the model should have now: averaged parameters, and statistics of normalizations. */
  result(): NamedTensors {
    const { averaging } = this.#settings;
    const values =
      averaging === 0 || this.#steps === 0
        ? this.#parameters.values
        : this.#average.map((value) => value / (1 - averaging ** this.#steps));
    const statistics = [...this.#statistics].map(
      ([name, data]) => [name, float32([data.length], Float32Array.from(data))] as const,
    );
    const tensors = this.#parameters.tensors(Float32Array.from(values));
    return { ...tensors, ...Object.fromEntries(statistics) };
  }

  /** To be written before the next step: vectors are views. */
  state(): SavedState {
    const vectors = {
      values: this.#parameters.values,
      ...(this.#settings.averaging > 0 && { average: this.#average }),
      ...prefixed('optimizer/', Object.entries(this.#optimizer.state.vectors)),
      ...prefixed('statistics/', [...this.#statistics]),
    };
    const scales = this.#parameters.segments.map(({ scale }) => scale);
    const content: SavedContent = { steps: this.#steps, scales };
    return { content, vectors };
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }

  #setGradient(results: NamedTensors, weight: number): void {
    for (const { name, start } of this.#parameters.segments)
      this.#gradient.set(results[gradientName(name)]!.data as Float32Array, start);
    if (weight !== 1) scale(this.#gradient, weight);
  }

  #addGradient(results: NamedTensors, weight: number): void {
    const gradient = this.#gradient;
    for (const { name, start, length } of this.#parameters.segments) {
      const part = results[gradientName(name)]!.data as Float32Array;
      for (let i = 0; i < length; i++) gradient[start + i]! += weight * part[i]!;
    }
  }

  #renewStatistics(results: NamedTensors): void {
    const renew = (name: string, from: string): void => {
      const running = this.#statistics.get(name)!;
      const kept = this.#settings.statisticsMomentum;
      const batch = results[from]!.data as Float32Array;
      for (let i = 0; i < running.length; i++)
        running[i] = kept * running[i]! + (1 - kept) * batch[i]!;
    };
    this.#plan.statistics.forEach((entry: RunningStatistics) => {
      renew(entry.mean, entry.batchMean);
      renew(entry.variance, entry.batchVariance);
    });
  }

  #renewAverage(): void {
    const { averaging } = this.#settings;
    if (averaging === 0) return;
    // Private fields are looked up at every use, which would take longer than the arithmetic.
    const { values } = this.#parameters;
    const average = this.#average;
    for (let i = 0; i < values.length; i++)
      average[i] = averaging * average[i]! + (1 - averaging) * values[i]!;
  }
}

function vectorOf(
  vectors: Readonly<Record<string, Float32Array>>,
  name: string,
  length: number,
): Float32Array {
  const vector = vectors[name];
  if (vector?.length === length) return vector;
  throw new LikenessError(
    'checkpoint_incompatible',
    'The saved state belongs to the training of another model. Start anew, or give another folder.',
  );
}

const OPTIMIZER = 'optimizer/';

const optimizerVectors = (vectors: Readonly<Record<string, Float32Array>>) =>
  Object.fromEntries(
    Object.entries(vectors)
      .filter(([name]) => name.startsWith(OPTIMIZER))
      .map(([name, vector]) => [name.slice(OPTIMIZER.length), vector]),
  );

const prefixed = (prefix: string, entries: readonly (readonly [string, Float32Array])[]) =>
  Object.fromEntries(entries.map(([name, vector]) => [prefix + name, vector]));

function norm(vector: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i]! * vector[i]!;
  return Math.sqrt(sum);
}

function scale(vector: Float32Array, factor: number): void {
  for (let i = 0; i < vector.length; i++) vector[i]! *= factor;
}

function diverged(step: number): LikenessError {
  return new LikenessError(
    'training_diverged',
    `At step ${step + 1} the training came to values that are no numbers. The last good checkpoint ` +
      'is kept. Lower the learning rate, or clip gradients at a smaller length.',
    { details: { step: step + 1 } },
  );
}
