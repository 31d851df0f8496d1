import type {
  AppliedCalibration,
  Calibration,
  ThresholdSource,
} from '../../../contract/evaluation.ts';
import {
  appliedCalibration,
  countPeopleWithTemplates,
  countTemplatesOf,
  type CalibrationRecord,
  type ModelKey,
  type ReadableStore,
  type Store,
} from '../../../db/store.ts';
import type { EncoderInfo } from '../../model-host/types.ts';

type Growth = Calibration['growth'];

/** What was read of a calibration before: it never changes. */
const growths = new Map<string, Growth>();

interface Followed extends Pick<AppliedCalibration, 'fpir' | 'threshold' | 'basis'> {
  readonly calibratedAt: string;
}

/**
 * The calibration that identification by an encoder follows, at the present size of its gallery; null
 * where none is applied. Another model's is never used: its distances mean something else.
 */
export function appliedTo(store: ReadableStore, model: ModelKey): AppliedCalibration | null {
  const followed = followedBy(store, model);
  return followed && { ...followed, people: countPeopleWithTemplates(store, model) };
}

/** Asked for every frame of a video: people are not counted. */
function followedBy(store: ReadableStore, model: ModelKey): Followed | null {
  const record = appliedCalibration(store, model);
  if (record === undefined) return null;
  const growth = growthOf(store, record).find(({ wanted }) => wanted === record.appliedFpir);
  if (growth === undefined) return null;
  const size = effectivePeople(countTemplatesOf(store, model), record.templatesPerPerson);
  return {
    fpir: record.appliedFpir,
    ...thresholdAt(growth.points, size),
    calibratedAt: record.createdAt,
  };
}

/** The threshold of identification where none is asked for. */
export const identificationThreshold = (store: Store, encoder: EncoderInfo): number =>
  store.read((tables) => followedBy(tables, encoder))?.threshold ??
  encoder.thresholds.identification;

/**
 * The threshold of identification and where it comes from: what was asked for wins, then a
 * calibration that is applied, then the model's own.
 */
export function thresholdFor(
  store: Store,
  encoder: EncoderInfo,
  asked?: number,
): { readonly threshold: number; readonly source: ThresholdSource } {
  if (asked !== undefined) return { threshold: asked, source: { kind: 'asked' } };
  const applied = store.read((tables) => appliedTo(tables, encoder));
  if (applied === null)
    return { threshold: encoder.thresholds.identification, source: { kind: 'model' } };
  return { threshold: applied.threshold, source: { kind: 'calibration', ...applied } };
}

/**
 * People with as many templates each as those who calibrated: whoever has twice as many offers a
 * stranger twice the chances.
 */
export const effectivePeople = (templates: number, templatesPerPerson: number): number =>
  Math.max(1, Math.round(templates / templatesPerPerson));

/** Straight between neighboring sizes, in the logarithm of the size. */
export function thresholdAt(
  points: Growth[number]['points'],
  size: number,
): Pick<AppliedCalibration, 'threshold' | 'basis'> {
  const between = neighbors(points, size);
  return {
    threshold: mixed(between, ({ threshold }) => threshold),
    basis: between.after.basis,
  };
}

/** Two of something measured for sizes of gallery, and where a size stands between them, 0…1. */
interface Neighbors<P> {
  readonly before: P;
  readonly after: P;
  readonly share: number;
}

/** The sizes around one, in the logarithm; the nearest of them beyond the ends. Sizes ascend. */
export function neighbors<P extends { readonly gallery: number }>(
  points: readonly P[],
  size: number,
): Neighbors<P> {
  const after = points.find(({ gallery }) => gallery >= size) ?? points.at(-1)!;
  const before = points.findLast(({ gallery }) => gallery <= size) ?? after;
  if (after.gallery <= before.gallery) return { before: after, after, share: 0 };
  const share = Math.log(size / before.gallery) / Math.log(after.gallery / before.gallery);
  return { before, after, share };
}

export const mixed = <P>(
  { before, after, share }: Neighbors<P>,
  valueOf: (point: P) => number,
): number => valueOf(before) + share * (valueOf(after) - valueOf(before));

function growthOf(store: ReadableStore, { id, growth, createdAt }: CalibrationRecord): Growth {
  const key = `${store.sqlite.name}\n${id}\n${createdAt}`;
  const known = growths.get(key) ?? (JSON.parse(growth) as Growth);
  growths.set(key, known);
  return known;
}
