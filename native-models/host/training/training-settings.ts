import type { CommandPayload } from '../../../contract/commands.ts';
import type { Progress } from '../../../contract/values.ts';
import { mildAugmentation } from '../../training/augment/augment.ts';
import type {
  DistillationProgress,
  DistillationSettings,
} from '../../training/distillation/task.ts';
import { adamwDefaults } from '../../training/optimizers/optimizer.ts';

export type EncoderPayload = CommandPayload<'training.encoder'>;

/** What a command leaves open, filled in. */
export function distillationSettings(payload: EncoderPayload): DistillationSettings {
  const { seed, epochs, batch, freeze, learningRate, penalty } = payload;
  return {
    seed,
    epochs,
    batch,
    freeze,
    microBatches: 1,
    relationWeight: 1,
    ridgePenalty: penalty,
    peak: learningRate,
    warmUp: 200,
    augmentation: mildAugmentation,
    trainer: {
      // A network without normalization: one rate for all its layers would destroy some of them.
      optimizer: { ...adamwDefaults, relative: true },
      clipNorm: 1,
      averaging: 0.998,
      statisticsMomentum: 0.9,
    },
  };
}

export function progressOf(progress: DistillationProgress): Progress {
  if (progress.stage === 'features')
    return { stage: 'Fitting the last layer', done: progress.done, total: progress.total };
  const { step, steps, epoch, loss, cosine, secondsLeft } = progress;
  const minutes = Math.ceil(secondsLeft / 60);
  const note = `epoch ${epoch}, loss ${loss.toFixed(4)}, cosine ${cosine.toFixed(3)}, ${minutes} min left`;
  return { stage: `Training: ${note}`, done: step, total: steps };
}
