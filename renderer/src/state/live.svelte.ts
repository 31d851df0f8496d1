import { untrack } from 'svelte';
import type { Box, Provider } from '../../../app/contract/values.ts';
import type { LiveFace } from '../../../app/contract/window-values.ts';
import { api, CallError } from '../api.ts';
import { FrameGrabber } from './frames.ts';
import { language } from './language.svelte.ts';
import { reportMixUp, type MixUp } from './mix-up.ts';
import { describe } from './toasts.svelte.ts';

/** What a frame showed. Times are of `performance.now()`. */
export interface Observation {
  readonly faces: readonly LiveFace[];
  readonly width: number;
  readonly height: number;
  readonly takenAt: number;
  readonly answeredAt: number;
}

export interface LiveOptions {
  /** Note who is identified, asked anew for each frame. */
  readonly note?: () => boolean;
  /** Milliseconds to rest between frames, asked anew for each. */
  readonly rest?: () => number;
  /** With every frame of the camera, whether it is sent or not. */
  readonly onframe?: () => void;
}

const FRAME_PIXELS = 640;
/** While photos for enrolment are taken. */
const FINE_PIXELS = 1280;
const RETRY_MS = 700;
/** Answers over which the rate is averaged. */
const RATE_WINDOW = 20;

/**
 * Sends frames of a video as fast as the host answers: one under way, and then the newest. What
 * came meanwhile is dropped.
 */
export class LiveView {
  #observation = $state.raw<Observation>();
  #provider = $state<Provider>();
  #problem = $state<string>();
  #answers = $state.raw<readonly number[]>([]);
  readonly #grabber = new FrameGrabber();
  readonly #options: LiveOptions;
  readonly #stream = crypto.randomUUID();
  #video: HTMLVideoElement | undefined;
  #fine = 0;

  constructor(options: LiveOptions = {}) {
    this.#options = options;
  }

  get observation(): Observation | undefined {
    return this.#observation;
  }

  get faces(): readonly LiveFace[] {
    return this.#observation?.faces ?? [];
  }

  /** The device that computes. */
  get provider(): Provider | undefined {
    return this.#provider;
  }

  /** Why nothing is recognised at the moment. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Recognised frames per second. */
  get rate(): number {
    const [first, last] = [this.#answers.at(0), this.#answers.at(-1)];
    if (first === undefined || last === undefined || last <= first) return 0;
    return ((this.#answers.length - 1) * 1000) / (last - first);
  }

  /** Follows the faces of the video; gives what ends it. */
  start(video: HTMLVideoElement): () => void {
    this.#video = video;
    let running = true;
    const isRunning = () => running && this.#video === video;
    untrack(() => void this.#pump(video, isRunning));
    return () => {
      running = false;
      this.#observation = undefined;
      this.#answers = [];
      void api.call('live.end', { stream: this.#stream }).catch(() => undefined);
    };
  }

  /** Larger frames until the returned function is called. */
  refine(): () => void {
    this.#fine += 1;
    return () => (this.#fine -= 1);
  }

  /** A JPEG of a face of the latest frame. */
  cut(box: Box): Promise<Uint8Array<ArrayBuffer>> {
    return this.#grabber.cut(box);
  }

  /** A face of the latest frame is not the person it was taken for. */
  async reject(box: Box, person: MixUp['person']): Promise<void> {
    const at = this.#grabber.middleOf(box);
    const bytes = await this.#grabber.cut(box);
    await reportMixUp({ person, image: { bytes, name: language.words.live.picture }, at });
  }

  async #pump(video: HTMLVideoElement, isRunning: () => boolean): Promise<void> {
    const frames = new FrameClock(video, () => this.#options.onframe?.());
    try {
      while (isRunning()) {
        await frames.next();
        if (!isRunning()) break;
        try {
          await this.#look(video, isRunning);
          const rest = this.#options.rest?.() ?? 0;
          if (rest > 0) await pause(rest);
        } catch (error) {
          this.#problem = describe(error);
          if (!(error instanceof CallError)) throw error;
          await pause(RETRY_MS);
        }
      }
    } finally {
      frames.stop();
    }
  }

  async #look(video: HTMLVideoElement, isRunning: () => boolean): Promise<void> {
    const takenAt = performance.now();
    const frame = await this.#grabber.grab(video, this.#fine > 0 ? FINE_PIXELS : FRAME_PIXELS);
    const note = this.#options.note?.() ?? false;
    const seen = await api.call('live.look', { stream: this.#stream, frame, note });
    if (!isRunning()) return;
    const answeredAt = performance.now();
    this.#problem = undefined;
    this.#provider = seen.provider;
    this.#answers = [...this.#answers.slice(1 - RATE_WINDOW), answeredAt];
    const { faces, width, height } = seen;
    this.#observation = { faces, width, height, takenAt, answeredAt };
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Tells whether the video has a picture that was not taken yet. */
class FrameClock {
  readonly #video: HTMLVideoElement;
  readonly #onframe: () => void;
  #handle = 0;
  #fresh = false;
  #waiting: (() => void) | undefined;

  constructor(video: HTMLVideoElement, onframe: () => void) {
    this.#video = video;
    this.#onframe = onframe;
    this.#listen();
  }

  /** Resolves with the next new picture, at once where one has come since the last call. */
  next(): Promise<void> {
    if (this.#fresh) {
      this.#fresh = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => (this.#waiting = resolve));
  }

  stop(): void {
    this.#video.cancelVideoFrameCallback(this.#handle);
    this.#waiting?.();
  }

  #listen(): void {
    this.#handle = this.#video.requestVideoFrameCallback(() => {
      this.#onframe();
      this.#fresh = this.#waiting === undefined;
      this.#waiting?.();
      this.#waiting = undefined;
      this.#listen();
    });
  }
}
