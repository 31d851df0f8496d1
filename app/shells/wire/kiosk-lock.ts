import { LikenessError } from '../../../contract/errors.ts';
import type { Backend } from './access.ts';

/** Whether the windows of this process are locked into the kiosk. */
export class KioskLock {
  #locked: boolean;
  readonly #listeners = new Set<(locked: boolean) => void>();

  constructor(locked: boolean) {
    this.#locked = locked;
  }

  get locked(): boolean {
    return this.#locked;
  }

  set(locked: boolean): void {
    if (locked === this.#locked) return;
    this.#locked = locked;
    for (const listener of this.#listeners) listener(locked);
  }

  /** Gives a function that takes the listener away. */
  onChange(listener: (locked: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/**
 * Locked from the start where it is asked for, where a window locked it before this process began, or
 * where the settings say so; the last two only where a PIN ends it.
 *
 * @throws LikenessError `pin_missing`: asked for, and there is no PIN that would end it.
 */
export async function openKioskLock(
  { dispatch }: Pick<Backend, 'dispatch'>,
  asked: boolean,
): Promise<KioskLock> {
  if (asked) {
    await requirePin({ dispatch });
    return new KioskLock(true);
  }
  const { settings } = await dispatch('settings.get', {});
  const { pinSet, locked } = (await dispatch('system.status', {})).kiosk;
  return new KioskLock(pinSet && (locked || settings.kiosk.enabled));
}

/** @throws LikenessError `pin_missing` where no PIN is set that could end the kiosk. */
export async function requirePin(backend: Pick<Backend, 'dispatch'>): Promise<void> {
  if (await hasPin(backend)) return;
  throw new LikenessError(
    'pin_missing',
    'The kiosk could not be ended again: set a PIN first, under Settings, Kiosk.',
  );
}

async function hasPin({ dispatch }: Pick<Backend, 'dispatch'>): Promise<boolean> {
  return (await dispatch('system.status', {})).kiosk.pinSet;
}
