/** `denied`: the person or the system said no. `missing`: there is none. `busy`: another program holds it. */
export type CameraProblem = 'denied' | 'missing' | 'busy';

const problems: Readonly<Record<string, CameraProblem>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotReadableError: 'busy',
  AbortError: 'busy',
};

export const cameraProblem = (error: unknown): CameraProblem =>
  (error instanceof DOMException ? problems[error.name] : undefined) ?? 'missing';

/**
 * Opens the camera of this `deviceId`, or the system's choice where that is empty or gone: a camera
 * that is gone must not keep another one from playing, hence `ideal`, not `exact`.
 */
export const openCamera = (deviceId: string): Promise<MediaStream> =>
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
