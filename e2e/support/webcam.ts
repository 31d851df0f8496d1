import type { Page } from '@playwright/test';

/** The plug of a webcam. Chromium's own fake webcam has none. */
export interface Plug {
  readonly pull: () => Promise<void>;
  readonly insert: () => Promise<void>;
}

/** Has to be called before the page is opened. */
export async function unpluggableWebcam(page: Page): Promise<Plug> {
  await page.addInitScript(putPlug);
  const set = (plugged: boolean) => async (): Promise<void> => {
    await page.evaluate((now) => {
      (window as unknown as { plugWebcam: (plugged: boolean) => void }).plugWebcam(now);
    }, plugged);
  };
  return { pull: set(false), insert: set(true) };
}

/** Runs in the page: what a browser shows of a webcam whose cable is pulled. */
function putPlug(): void {
  const devices = navigator.mediaDevices;
  const getUserMedia = devices.getUserMedia.bind(devices);
  const enumerateDevices = devices.enumerateDevices.bind(devices);
  const tracks = new Set<MediaStreamTrack>();
  let plugged = true;
  devices.getUserMedia = async (constraints) => {
    if (!plugged) throw new DOMException('Requested device not found', 'NotFoundError');
    const stream = await getUserMedia(constraints);
    for (const track of stream.getTracks()) tracks.add(track);
    return stream;
  };
  devices.enumerateDevices = async () =>
    (await enumerateDevices()).filter(({ kind }) => plugged || kind !== 'videoinput');
  (window as unknown as { plugWebcam: (now: boolean) => void }).plugWebcam = (now) => {
    plugged = now;
    if (!now) {
      for (const track of tracks) {
        track.stop();
        // `stop` ends a track in silence; a lost device does not.
        track.dispatchEvent(new Event('ended'));
      }
      tracks.clear();
    }
    devices.dispatchEvent(new Event('devicechange'));
  };
}
