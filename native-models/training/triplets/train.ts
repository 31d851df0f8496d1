import { createHash } from 'node:crypto';
import { LikenessError } from '../../../contract/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import { operators } from '../../ops/registry.ts';
import { refuseOtherBasis } from '../../checkpoint/checkpoint.ts';
import { basisOf, readState } from '../checkpoint/file.ts';
import { encodeExamples } from '../chips/encode-examples.ts';
import { cutAtFrozen } from '../frozen-trunk.ts';
import { blendValues, learnedConstants, withConstants } from '../parameters.ts';
import { groupByPerson, type People } from './people.ts';
import { TripletRun } from './run.ts';
import { storedViews, type StoredViews } from './stored-views.ts';
import { digestOfGraph, encoderBasis, throwIfStopped } from '../task.ts';
import type { TripletResult, TripletTask } from './task.ts';
import { freshViews } from './views.ts';

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
