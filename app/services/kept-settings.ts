import { Settings } from '../../contract/window-values.ts';
import { readSetting, type ReadableStore } from '../../db/store.ts';

/** What is kept, with the defaults of whatever is not, or is not understood any more. */
export function readSettings(tables: ReadableStore): Settings {
  const kept = readSetting(tables, 'window');
  const parsed = Settings.safeParse(kept === undefined ? {} : parseJson(kept));
  return parsed.success ? parsed.data : Settings.parse({});
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
