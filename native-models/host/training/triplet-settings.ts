import type { CommandPayload } from '../../../contract/commands.ts';
import type { Progress } from '../../../contract/values.ts';
import { mildAugmentation } from '../../training/augment/augment.ts';
import { adamwDefaults } from '../../training/optimizers/optimizer.ts';
import type { TripletSettings } from '../../training/triplets/settings.ts';
import type { TripletProgress } from '../../training/triplets/task.ts';

export type TripletPayload = CommandPayload<'training.triplets'>;

/** What a command leaves open, filled in: a model is changed gently, random weights boldly. */
export function tripletSettings(payload: TripletPayload): TripletSettings {
  const { seed, mining, margin, freeze, views, camera, patience } = payload;
  const fresh = payload.start.kind === 'architecture';
  const { epochs, pull, blend, learningRate, people, photos, singles } = payload;
  return {
    ...{ seed, mining, margin, freeze, views, camera, patience },
    epochs: epochs ?? (fresh ? 30 : 3),
    shape: { people, photos, singles },
    pull: pull ?? (fresh ? 0 : 8),
    blend: blend ?? (fresh ? 1 : 0.5),
    augmentation: mildAugmentation,
    peak: learningRate ?? (fresh ? 0.002 : 0.3),
    warmUp: 50,
    trainer: {
      // Networks without normalization: one rate for all layers would destroy some of them.
      optimizer: { ...adamwDefaults, relative: !fresh },
      clipNorm: fresh ? 5 : 1,
      averaging: 0.98,
      statisticsMomentum: 0.9,
    },
  };
}

export function tripletProgress(progress: TripletProgress): Progress {
  if (progress.stage === 'views')
    return { stage: 'Looking through frozen layers', done: progress.done, total: progress.total };
  const { step, steps, epoch, loss, active, secondsLeft } = progress;
  const share = `${(100 * active).toFixed(0)} % of triplets active`;
  const note = `epoch ${epoch}, loss ${loss.toFixed(4)}, ${share}, ${Math.ceil(secondsLeft / 60)} min left`;
  return { stage: `Training: ${note}`, done: step, total: steps };
}
