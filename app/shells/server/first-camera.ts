import type { Backend } from '../wire/access.ts';
import type { KioskLock } from '../wire/kiosk-lock.ts';

/**
 * The id of the camera that the live screen opens first, empty for the system's choice; null where
 * a window does not begin with a camera (the kiosk, the guide of the first start), or who knows.
 */
export async function firstCamera({ dispatch }: Backend, lock: KioskLock): Promise<string | null> {
  if (lock.locked) return null;
  try {
    const { settings } = await dispatch('settings.get', {});
    const guided = !settings.guideDone && (await dispatch('system.status', {})).people === 0;
    return guided ? null : settings.camera;
  } catch {
    // The window asks again, and says what is wrong.
    return null;
  }
}

/** The page with the camera on its root element, for a script that runs before all others. */
export const withCamera = (page: string, camera: string | null): string =>
  camera === null
    ? page
    : page.replace('<html ', `<html data-camera="${encodeURIComponent(camera)}" `);
