import { change, changeOne, select, type ReadableStore, type WritableStore } from '../access.ts';
import type { ModelKey } from './templates.ts';

export interface NewCalibration {
  /** Of the people who calibrated: a gallery with more has more chances to err. */
  readonly templatesPerPerson: number;
  /** JSON: how the threshold for each rate moves with the size of the gallery. */
  readonly growth: string;
  /** JSON. */
  readonly result: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

export interface CalibrationRecord extends NewCalibration {
  readonly id: number;
  /** The rate of false identification that is kept to; null: not applied. */
  readonly appliedFpir: number | null;
}

const COLUMNS = `
  SELECT id, templates_per_person AS templatesPerPerson, growth, result,
    applied_fpir AS appliedFpir, created_at AS createdAt
  FROM calibrations WHERE model_id = ? AND model_version = ?`;

export const insertCalibration = (
  store: WritableStore,
  model: ModelKey,
  { templatesPerPerson, growth, result, createdAt }: NewCalibration,
): void =>
  changeOne(
    store,
    `INSERT INTO calibrations
       (model_id, model_version, templates_per_person, growth, result, created_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
    ...[model.id, model.version, templatesPerPerson, growth, result, createdAt],
  );

export const latestCalibration = (
  store: ReadableStore,
  model: ModelKey,
): CalibrationRecord | undefined =>
  select<CalibrationRecord>(
    store,
    `${COLUMNS} ORDER BY id DESC LIMIT 1`,
    ...[model.id, model.version],
  )[0];

/** The one that identification by this model follows; at most one is applied. */
export const appliedCalibration = (
  store: ReadableStore,
  model: ModelKey,
): (CalibrationRecord & { readonly appliedFpir: number }) | undefined =>
  select<CalibrationRecord & { readonly appliedFpir: number }>(
    store,
    `${COLUMNS} AND applied_fpir IS NOT NULL ORDER BY id DESC LIMIT 1`,
    ...[model.id, model.version],
  )[0];

/** Has identification by this model follow one calibration, or none. */
export function applyCalibration(
  store: WritableStore,
  model: ModelKey,
  applied: { readonly id: number; readonly fpir: number } | null,
): void {
  change(
    store,
    'UPDATE calibrations SET applied_fpir = NULL WHERE model_id = ? AND model_version = ?',
    model.id,
    model.version,
  );
  if (applied === null) return;
  const sql = 'UPDATE calibrations SET applied_fpir = ? WHERE id = ?';
  changeOne(store, sql, applied.fpir, applied.id);
}
