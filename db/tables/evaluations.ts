import { changeOne, select, type ReadableStore, type WritableStore } from '../access.ts';
import type { ModelKey } from './templates.ts';

/** What a measurement of an encoder gave. */
export interface EvaluationRecord {
  /** The folder of its photos. */
  readonly images: string;
  /** JSON. */
  readonly result: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

export const insertEvaluation = (
  store: WritableStore,
  model: ModelKey,
  { images, result, createdAt }: EvaluationRecord,
): void =>
  changeOne(
    store,
    `INSERT INTO evaluations (model_id, model_version, images, result, created_at)
     VALUES (?, ?, ?, ?, ?)`,
    ...[model.id, model.version, images, result, createdAt],
  );

export const latestEvaluation = (
  store: ReadableStore,
  model: ModelKey,
): EvaluationRecord | undefined =>
  select<EvaluationRecord>(
    store,
    `SELECT images, result, created_at AS createdAt FROM evaluations
     WHERE model_id = ? AND model_version = ? ORDER BY id DESC LIMIT 1`,
    ...[model.id, model.version],
  )[0];
