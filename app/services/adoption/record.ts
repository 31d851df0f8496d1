import { AdoptionRecord } from '../../../contract/model-values.ts';
import {
  readSetting,
  writeSetting,
  type ReadableStore,
  type WritableStore,
} from '../../../db/store.ts';

/** Null where nothing was adopted, or it is undone. */
export function readAdoption(tables: ReadableStore): AdoptionRecord | null {
  const text = readSetting(tables, 'model.adoption');
  if (text === undefined) return null;
  return AdoptionRecord.nullable().parse(JSON.parse(text));
}

export const writeAdoption = (tables: WritableStore, record: AdoptionRecord | null): void =>
  writeSetting(tables, 'model.adoption', JSON.stringify(record));
