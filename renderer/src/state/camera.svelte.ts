import { untrack } from 'svelte';
import { cameraProblem, closeCamera, openCamera, type CameraProblem } from '../media/camera.ts';

/** A camera that has a problem is looked for until it plays. */
export type CameraState = 'off' | 'starting' | 'live' | CameraProblem;

export interface CameraDevice {
  readonly id: string;
  readonly label: string;
}

const RETRY_MS = 2_000;
/** A camera that gives no picture for so long is started anew. */
const SILENT_MS = 6_000;

/** One camera: started, watched, and started again when it was lost. */
export class Camera {
  #state = $state<CameraState>('off');
  #stream = $state.raw<MediaStream>();
  #devices = $state.raw<readonly CameraDevice[]>([]);
  #deviceId = '';
  #wanted = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #alive = 0;

  get state(): CameraState {
    return this.#state;
  }

  /** Why it does not play; undefined while it plays or starts. */
  get problem(): CameraProblem | undefined {
    return this.#state === 'off' || this.#state === 'starting' || this.#state === 'live'
      ? undefined
      : this.#state;
  }

  get stream(): MediaStream | undefined {
    return this.#stream;
  }

  get devices(): readonly CameraDevice[] {
    return this.#devices;
  }

  /** What plays now; empty where nothing does. */
  get deviceId(): string {
    return this.#stream?.getVideoTracks()[0]?.getSettings().deviceId ?? '';
  }

  /** Plays the camera of that id, or the system's choice; gives what stops it. */
  start(deviceId: string): () => void {
    this.#wanted = true;
    this.#deviceId = deviceId;
    const changed = () => void this.#devicesChanged();
    navigator.mediaDevices.addEventListener('devicechange', changed);
    const watchdog = setInterval(() => this.#watch(), RETRY_MS);
    untrack(() => void this.#open());
    return () => {
      this.#wanted = false;
      navigator.mediaDevices.removeEventListener('devicechange', changed);
      clearInterval(watchdog);
      clearTimeout(this.#retry);
      this.#close();
      this.#state = 'off';
    };
  }

  /** Tries again at once, for a button. */
  readonly retry = (): void => {
    clearTimeout(this.#retry);
    void this.#open();
  };

  /** Whoever shows the picture says so with each frame; see the watchdog. */
  readonly seen = (): void => {
    this.#alive = performance.now();
  };

  async #open(): Promise<void> {
    if (!this.#wanted) return;
    // A problem stays to be read while the next try is under way.
    if (this.problem === undefined) this.#state = 'starting';
    try {
      const stream = await openCamera(this.#deviceId);
      if (!this.#isWanted()) {
        closeCamera(stream);
        return;
      }
      this.#close();
      this.#take(stream);
      await this.#listDevices();
    } catch (error) {
      this.#failed(error);
    }
  }

  #take(stream: MediaStream): void {
    stream.getVideoTracks()[0]?.addEventListener('ended', () => {
      if (stream === this.#stream) this.#lost();
    });
    this.#stream = stream;
    this.#alive = performance.now();
    this.#state = 'live';
  }

  #failed(error: unknown): void {
    const reason = cameraProblem(error);
    if (reason !== 'missing' || this.#state !== 'lost') this.#state = reason;
    this.#retryLater();
  }

  #lost(): void {
    this.#close();
    if (!this.#wanted) return;
    this.#state = 'lost';
    this.#retryLater();
  }

  #retryLater(): void {
    clearTimeout(this.#retry);
    if (this.#wanted) this.#retry = setTimeout(() => void this.#open(), RETRY_MS);
  }

  #watch(): void {
    if (this.#state !== 'live' || document.hidden) return;
    if (performance.now() - this.#alive > SILENT_MS) this.#lost();
  }

  async #devicesChanged(): Promise<void> {
    await this.#listDevices();
    if (this.#wanted && this.problem !== undefined) this.retry();
  }

  async #listDevices(): Promise<void> {
    const all = await navigator.mediaDevices.enumerateDevices();
    this.#devices = all
      .filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '')
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  }

  #isWanted(): boolean {
    return this.#wanted;
  }

  #close(): void {
    const stream = this.#stream;
    this.#stream = undefined;
    closeCamera(stream);
  }
}
