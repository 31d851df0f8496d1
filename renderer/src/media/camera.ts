/**
 * `denied`: the person or the system said no. `missing`: there is none. `busy`: another program holds
 * it. `lost`: it was there and went.
 */
export type CameraProblem = 'denied' | 'missing' | 'busy' | 'lost';

const problems: Readonly<Record<string, CameraProblem>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotReadableError: 'busy',
  AbortError: 'busy',
  TrackStartError: 'busy',
};

export const cameraProblem = (error: unknown): CameraProblem =>
  (error instanceof DOMException ? problems[error.name] : undefined) ?? 'missing';

interface Early {
  readonly deviceId: string;
  readonly stream: Promise<MediaStream>;
}

/** Nobody came for it: the window shows something else by now. */
const UNCLAIMED_MS = 15_000;
let early: Early | undefined;

/** Opens a camera before anybody asks for it; who does within some seconds takes it over. */
export function openEarly(deviceId: string): void {
  const opening: Early = { deviceId, stream: request(deviceId) };
  early = opening;
  opening.stream.catch(() => undefined);
  setTimeout(() => {
    if (early === opening) discardEarly();
  }, UNCLAIMED_MS);
}

/**
 * Opens the camera of this `deviceId`, or the system's choice where that is empty or gone.
 *
 * @throws DOMException as a rejection, see `cameraProblem`
 */
export function openCamera(deviceId: string): Promise<MediaStream> {
  const taken = early;
  if (taken?.deviceId !== deviceId) {
    discardEarly();
    return request(deviceId);
  }
  early = undefined;
  return taken.stream;
}

function discardEarly(): void {
  void early?.stream.then(closeCamera, () => undefined);
  early = undefined;
}

/** A camera that is gone must not keep another one from playing, hence `ideal`, not `exact`. */
const request = (deviceId: string): Promise<MediaStream> =>
  navigator.mediaDevices.getUserMedia({
    audio: false,
    video: {
      ...(deviceId === '' ? {} : { deviceId: { ideal: deviceId } }),
      width: { ideal: 1280 },
      height: { ideal: 720 },
      frameRate: { ideal: 30 },
    },
  });

export const closeCamera = (stream: MediaStream | undefined): void =>
  stream?.getTracks().forEach((track) => track.stop());

/** What a video shows now, as it came from the camera: never mirrored. */
export async function stillOf(video: HTMLVideoElement, name: string): Promise<File> {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext('2d')!.drawImage(video, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
  return new File([blob], name, { type: 'image/jpeg' });
}
