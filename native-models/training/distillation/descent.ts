import { RandomStream } from '../../../foundation/random.ts';
import type { Basis } from '../../checkpoint/checkpoint.ts';
import type { Graph } from '../../graph/graph.ts';
import { float32 } from '../../graph/tensor.ts';
import type { NamedTensors } from '../../runtime/session.ts';
import { augment } from '../augment/augment.ts';
import { writeState } from '../checkpoint/file.ts';
import { chipsToTensor, shuffled } from '../chips/batches.ts';
import { encodeExamples } from '../chips/encode-examples.ts';
import { withConstants } from '../parameters.ts';
import type { Trainer } from '../trainer.ts';
import { compareEncodings, separationOf, type Separation } from '../validation.ts';
import { throwIfStopped } from '../task.ts';
import { type DistillationSettings, type DistillationTask, type EpochReport } from './task.ts';

const SECONDS_BETWEEN_CHECKPOINTS = 120;

export const stepsPerEpoch = (
  { batch, microBatches }: DistillationSettings,
  examples: number,
): number => Math.max(1, Math.floor(examples / (batch * microBatches)));

/** Gradient descent from the solution of the last layer, or from a checkpoint, to its end. */
export class Descent {
  readonly curve: EpochReport[];
  readonly #task: DistillationTask;
  readonly #start: Graph;
  readonly #trainer: Trainer;
  readonly #perEpoch: number;
  readonly #basis: Basis;
  #savedAt = performance.now();

  constructor(
    task: DistillationTask,
    start: Graph,
    trainer: Trainer,
    { curve, basis }: { readonly curve: readonly EpochReport[]; readonly basis: Basis },
  ) {
    this.#basis = basis;
    this.#task = task;
    this.#start = start;
    this.#trainer = trainer;
    this.#perEpoch = stepsPerEpoch(task.settings, task.training.length);
    this.curve = [...curve];
  }

  async toTheEnd(): Promise<void> {
    const steps = this.#task.settings.epochs * this.#perEpoch;
    if (this.curve.length === 0) {
      this.curve.push({ epoch: 0, loss: null, cosine: null, validation: await this.#validate() });
      await this.#save();
    }
    const began = { at: performance.now(), step: this.#trainer.steps };
    let [loss, cosine, count] = [0, 0, 0];
    while (this.#trainer.steps < steps) {
      throwIfStopped(this.#task);
      const step = this.#trainer.steps;
      const result = await this.#trainer.step(await this.#batches(step));
      [loss, cosine, count] = [loss + result.loss, cosine + result.watched['cosine']!, count + 1];
      const perStep = (performance.now() - began.at) / (step + 1 - began.step) / 1000;
      const epoch = Math.floor(step / this.#perEpoch) + 1;
      this.#task.report({
        stage: 'descent',
        step: step + 1,
        steps,
        epoch,
        loss: result.loss,
        cosine: result.watched['cosine']!,
        secondsLeft: perStep * (steps - step - 1),
      });
      if ((step + 1) % this.#perEpoch === 0) {
        const validation = await this.#validate();
        this.curve.push({ epoch, loss: loss / count, cosine: cosine / count, validation });
        [loss, cosine, count] = [0, 0, 0];
        await this.#save();
      } else await this.#saveNowAndThen();
    }
  }

  /** Everything random follows from the seed and the step: nothing of it needs to be saved. */
  async #batches(step: number): Promise<NamedTensors[]> {
    const { settings } = this.#task;
    const order = this.#orderOf(Math.floor(step / this.#perEpoch));
    const size = settings.batch * settings.microBatches;
    const first = (step % this.#perEpoch) * size;
    const batches: NamedTensors[] = [];
    for (let start = first; start < first + size; start += settings.batch)
      batches.push(
        await this.#batch(
          order.subarray(start, start + settings.batch),
          step * size + start - first,
        ),
      );
    return batches;
  }

  async #batch(picks: Uint32Array, serial: number): Promise<NamedTensors> {
    const { training, input, settings } = this.#task;
    const examples = [...picks].map((pick) => training[pick]!);
    const chips = await Promise.all(
      examples.map(async (example, index) =>
        augment(
          await example.read(),
          input.side,
          settings.augmentation,
          new RandomStream(settings.seed, 'augment', serial + index),
        ),
      ),
    );
    const length = examples[0]!.target.length;
    const teacher = new Float32Array(examples.length * length);
    examples.forEach(({ target }, index) => teacher.set(target, index * length));
    return {
      [input.name]: chipsToTensor(chips, input),
      teacher: float32([examples.length, length], teacher),
    };
  }

  #order: { readonly epoch: number; readonly picks: Uint32Array } | null = null;

  #orderOf(epoch: number): Uint32Array {
    if (this.#order?.epoch !== epoch) {
      const { training, settings } = this.#task;
      this.#order = { epoch, picks: shuffled(training.length, settings.seed, epoch) };
    }
    return this.#order.picks;
  }

  async #validate(): Promise<Separation | null> {
    const { runtime, input, validation } = this.#task;
    const graph = withConstants(this.#start, this.#trainer.result());
    const encodings = await encodeExamples(runtime, graph, input, validation);
    const people = validation.map(({ person }) => person!);
    const comparisons = compareEncodings(encodings, people);
    return comparisons === null ? null : separationOf(comparisons);
  }

  async #saveNowAndThen(): Promise<void> {
    if (performance.now() - this.#savedAt > SECONDS_BETWEEN_CHECKPOINTS * 1000) await this.#save();
  }

  async #save(): Promise<void> {
    const { content, vectors } = this.#trainer.state();
    const state = { ...(content as object), curve: this.curve, basis: this.#basis };
    await writeState(this.#task.checkpoint, { content: state, vectors });
    this.#savedAt = performance.now();
  }
}

export const curveOf = (content: unknown): readonly EpochReport[] =>
  (content as { readonly curve?: readonly EpochReport[] } | undefined)?.curve ?? [];
