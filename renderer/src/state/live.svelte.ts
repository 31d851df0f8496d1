import { untrack } from 'svelte';
import type { Provider } from '../../../contract/values.ts';
import type { LiveFace } from '../../../contract/application.ts';
import { api, CallError } from '../api.ts';
import { Comparison, FrameGrabber, type Cut, type Still } from './frames.ts';
import { language } from './language.svelte.ts';
import { reportMixUp, type MixUp } from './mix-up.ts';
import { describe, toasts } from './toasts.svelte.ts';

/** What a frame showed. Times are of `performance.now()`. */
export interface Observation {
  readonly faces: readonly LiveFace[];
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

/** Between a failure and the next try. */
const RETRY_MS = 250;
/** What was seen that long ago is not told any more: whoever it was may have gone. */
const STALE_MS = 4_000;
/** An observation that is older is held against what the camera shows by now. */
const FRESH_MS = 300;
/** Between two comparisons, which cost a readback. */
const COMPARE_MS = 120;
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
  /** The frame of the latest observation. */
  #still: Still | undefined;
  #watched: number | undefined;
  readonly #comparison = new Comparison();
  #gone: ReadonlySet<number> = nobody;
  #comparedAt = 0;

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

  /** Why nothing is recognized at the moment. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Recognized frames per second. */
  get rate(): number {
    const [first, last] = [this.#answers.at(0), this.#answers.at(-1)];
    if (first === undefined || last === undefined || last <= first) return 0;
    return ((this.#answers.length - 1) * 1000) / (last - first);
  }

  /**
   * Tracks of the latest observation whose faces are not there any more, as far as the picture tells:
   * on a busy machine the next answer is a second away.
   *
   * @param now of `performance.now()`
   */
  gone(now: number): ReadonlySet<number> {
    const [seen, still, video] = [this.#observation, this.#still, this.#video];
    if (seen === undefined || still === undefined || video === undefined) return nobody;
    if (now - seen.takenAt < FRESH_MS) return nobody;
    if (now - this.#comparedAt < COMPARE_MS) return this.#gone;
    this.#comparedAt = now;
    const gone = seen.faces.filter(({ part }) => this.#comparison.hasChanged(still, video, part));
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- a value, replaced as a whole
    this.#gone = new Set(gone.map(({ track }) => track));
    return this.#gone;
  }

  /** A face whose encoding every frame shall have; see `LiveFace.confirmed`. */
  watch(track: number | undefined): void {
    this.#watched = track;
  }

  /** Follows the faces of the video; gives what ends it. */
  start(video: HTMLVideoElement): () => void {
    this.#video = video;
    let running = true;
    const isRunning = () => running && this.#video === video;
    untrack(() => void this.#pump(video, isRunning));
    return () => {
      running = false;
      this.#forget();
      void api.call('live.end', { stream: this.#stream }).catch(() => undefined);
    };
  }

  /**
   * A face of the latest observation, cut from the frame in which it was found; undefined where it
   * is of an earlier one.
   */
  cut(face: LiveFace): Promise<Cut> | undefined {
    if (this.#still === undefined || !this.faces.includes(face)) return undefined;
    const others = this.faces.filter((other) => other !== face).map(({ part }) => part);
    return this.#still.cut(face.part, others);
  }

  /** A face of the latest observation is not the person it was taken for. */
  async reject(face: LiveFace, person: MixUp['person']): Promise<void> {
    const cut = await this.cut(face);
    if (cut === undefined) return;
    const image = { bytes: cut.bytes, name: language.words.live.picture };
    await reportMixUp({ person, image, at: cut.middle });
  }

  /** An unknown face of the latest observation is somebody who is enrolled: its picture is added. */
  async learn(face: LiveFace, person: MixUp['person']): Promise<void> {
    const w = language.words.live;
    try {
      const cut = await this.cut(face);
      if (cut === undefined) throw new Error(w.gone);
      const image = { bytes: cut.bytes, name: w.picture };
      await api.call('enrollment.enroll', { name: person.name, images: [image], at: cut.middle });
      const { person: shown } = await api.call('people.show', { person: person.id });
      const template = Math.max(...shown.templateList.map(({ id }) => id));
      const unlearn = async () => {
        try {
          await api.call('people.removeTemplate', { person: person.id, template });
          toasts.good(w.unlearned(person.name));
        } catch (error) {
          toasts.failed(error);
        }
      };
      toasts.good(w.learned(person.name), {
        action: { label: language.words.mixUp.takeBack, run: () => void unlearn() },
      });
    } catch (error) {
      toasts.failed(error);
    }
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
          this.#forget();
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
    const { still, jpeg: frame } = await this.#grabber.grab(video);
    const note = this.#options.note?.() ?? false;
    const watch = this.#watched;
    const stale = setTimeout(() => {
      if (isRunning()) this.#forget();
    }, STALE_MS);
    const seen = await api
      .call('live.look', {
        stream: this.#stream,
        frame,
        note,
        ...(watch === undefined ? {} : { watch }),
      })
      .finally(() => clearTimeout(stale));
    if (!isRunning()) return;
    const answeredAt = performance.now();
    this.#problem = undefined;
    this.#provider = seen.provider;
    this.#answers = [...this.#answers.slice(1 - RATE_WINDOW), answeredAt];
    this.#still = still;
    this.#observation = { faces: seen.faces, takenAt, answeredAt };
  }

  #forget(): void {
    this.#observation = undefined;
    this.#still = undefined;
    this.#answers = [];
  }
}

const nobody: ReadonlySet<number> = new Set();

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
