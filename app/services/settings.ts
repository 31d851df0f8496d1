import { LikenessError } from '../../contract/errors.ts';
import { Settings } from '../../contract/application.ts';
import { insertActivity, readSetting, writeSetting } from '../../db/store.ts';
import type { Handler, Handlers } from './context.ts';
import { readSettings } from './kept-settings.ts';

export const getSettings: Handler<'settings.get'> = ({ store }) => ({
  settings: store.read(readSettings),
});

const setSettings: Handler<'settings.set'> = (context, { changes }) => {
  const { store, emit, now, tidy } = context;
  const settings = store.write((tables) => {
    const former = readSettings(tables);
    const { kiosk, ...others } = withoutAbsent(changes);
    const next = Settings.parse({
      ...former,
      ...others,
      kiosk: { ...former.kiosk, ...withoutAbsent(kiosk ?? {}) },
    });
    if (next.kiosk.enabled && readSetting(tables, 'kiosk.pin') === undefined) throw noPin();
    const changed = changedFields(former, next);
    if (changed === 0) return next;
    writeSetting(tables, 'window', JSON.stringify(next));
    const counts = { changed };
    const createdAt = now().toISOString();
    insertActivity(tables, { kind: 'settings-changed', personId: null, counts, createdAt });
    return next;
  });
  emit('settings.changed', { settings });
  // A shorter retention holds at once.
  if (changes.retentionDays !== undefined) tidy();
  return { settings };
};

/** A field that is there but undefined does not change anything. */
const withoutAbsent = <T extends object>(changes: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(changes).filter(([, value]) => value !== undefined),
  ) as Partial<T>;

function changedFields(former: Settings, next: Settings): number {
  const flat = ({ kiosk, ...others }: Settings) => Object.entries({ ...others, ...kiosk });
  const before = new Map<string, unknown>(flat(former));
  return flat(next).filter(([name, value]) => before.get(name) !== value).length;
}

const noPin = (): LikenessError =>
  new LikenessError(
    'pin_missing',
    'Set a PIN before the kiosk is switched on: without one nobody could end it.',
  );

export const settingsHandlers = {
  'settings.get': getSettings,
  'settings.set': setSettings,
} satisfies Partial<Handlers>;
