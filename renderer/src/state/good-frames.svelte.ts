import { untrack } from 'svelte';
import type { LiveFace } from '../../../app/contract/window-values.ts';
import type { LiveView } from './live.svelte.ts';

const WANTED = 5;
const APART_MS = 350;
/** Quality from which on a frame is good enough; lowered with time, some faces never reach it. */
const LEAST_QUALITY = 0.35;
const PATIENCE_MS = 6_000;

/** Takes the best few pictures of one face while it is in front of the camera. */
export class GoodFrames {
  readonly wanted = WANTED;
  #pictures = $state.raw<readonly Uint8Array<ArrayBuffer>[]>([]);
  #face = $state.raw<LiveFace>();
  readonly #live: LiveView;
  #track: number | undefined;
  #last = 0;
  #begun = 0;
  #cutting = false;

  /** @param track the face; the largest in view where it is undefined */
  constructor(live: LiveView, track: number | undefined) {
    this.#live = live;
    this.#track = track;
  }

  get pictures(): readonly Uint8Array<ArrayBuffer>[] {
    return this.#pictures;
  }

  get complete(): boolean {
    return this.#pictures.length >= WANTED;
  }

  /** As it was seen last; undefined while it is out of view. */
  get face(): LiveFace | undefined {
    return this.#face;
  }

  readonly restart = (): void => {
    this.#pictures = [];
    this.#begun = performance.now();
    this.#track = undefined;
  };

  /** Called with each answer of the host. */
  take(): void {
    untrack(() => void this.#take());
  }

  async #take(): Promise<void> {
    const face = this.#find();
    this.#face = face;
    const now = performance.now();
    if (this.#begun === 0) this.#begun = now;
    if (face === undefined || this.complete || this.#cutting) return;
    if (now - this.#last < APART_MS || face.quality.score < this.#least(now)) return;
    this.#cutting = true;
    this.#last = now;
    const picture = await this.#live.cut(face.box);
    this.#pictures = [...this.#pictures, picture];
    this.#cutting = false;
  }

  #least(now: number): number {
    return LEAST_QUALITY * Math.max(0.15, 1 - (now - this.#begun) / PATIENCE_MS);
  }

  /** A face that was away for a moment comes back under another number. */
  #find(): LiveFace | undefined {
    const { faces } = this.#live;
    const known = faces.find(({ track }) => track === this.#track);
    if (known !== undefined) return known;
    if (this.#track !== undefined && this.#pictures.length > 0) return undefined;
    const largest = [...faces].sort((a, b) => b.box.height - a.box.height)[0];
    this.#track = largest?.track;
    return largest;
  }
}
