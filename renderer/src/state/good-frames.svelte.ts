import { untrack } from 'svelte';
import type { LiveFace } from '../../../contract/application.ts';
import type { LiveView } from './live.svelte.ts';

const WANTED = 5;
const APART_MS = 350;
/** Quality from which on a frame is good enough; lowered with time, some faces never reach it. */
const LEAST_QUALITY = 0.35;
const PATIENCE_MS = 6_000;
/** A face that is out of view for less is waited for. */
const AWAY_MS = 2_000;

/**
 * Takes the best few pictures of one face while it is in front of the camera. A picture counts only
 * where the face was encoded in that very frame and looks as it did before (`LiveFace.confirmed`), so
 * that neither a wall nor whoever leans in gets among them.
 */
export class GoodFrames {
  readonly wanted = WANTED;
  #pictures = $state.raw<readonly Uint8Array<ArrayBuffer>[]>([]);
  #face = $state.raw<LiveFace>();
  #others = $state.raw<readonly LiveFace[]>([]);
  #isAway = $state(false);
  readonly #live: Pick<LiveView, 'faces' | 'cut' | 'watch'>;
  #track: number | undefined;
  #last = 0;
  #begun = 0;
  #seenAt = 0;
  /** Pictures of an earlier start that are still being made. */
  #start = 0;
  #cutting = false;

  /** @param track the face; the largest in view where it is undefined */
  constructor(live: Pick<LiveView, 'faces' | 'cut' | 'watch'>, track: number | undefined) {
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

  /** Faces in view of which no pictures are taken. */
  get others(): readonly LiveFace[] {
    return this.#others;
  }

  /** The face has been out of view for a while, and somebody else is there. */
  get someoneElse(): boolean {
    return this.#isAway && this.#others.length > 0;
  }

  /** Drops the pictures and begins again: with another face, with the same, or with whoever is there. */
  readonly restart = (track?: number): void => {
    this.#pictures = [];
    this.#begun = performance.now();
    this.#start += 1;
    this.#cutting = false;
    this.#isAway = false;
    const own = this.#live.faces.some((face) => face.track === this.#track);
    this.#track = track ?? (own ? this.#track : undefined);
  };

  /** Called with each answer of the host. */
  take(): void {
    untrack(() => void this.#take());
  }

  /** Stops asking for encodings of the face. */
  end(): void {
    this.#live.watch(undefined);
  }

  async #take(): Promise<void> {
    const now = performance.now();
    if (this.#begun === 0) this.#begun = now;
    const face = this.#find(now);
    this.#face = face;
    this.#others = this.#live.faces.filter((other) => other !== face);
    this.#live.watch(this.complete ? undefined : this.#track);
    if (face === undefined || !face.confirmed || this.complete || this.#cutting) return;
    if (now - this.#last < APART_MS || face.quality.score < this.#least(now)) return;
    const start = this.#start;
    this.#cutting = true;
    this.#last = now;
    const cut = await this.#live.cut(face);
    if (start !== this.#start) return;
    this.#cutting = false;
    if (cut !== undefined && !this.#pictures.some((taken) => isSame(taken, cut.bytes)))
      this.#pictures = [...this.#pictures, cut.bytes];
  }

  #least(now: number): number {
    return LEAST_QUALITY * Math.max(0.15, 1 - (now - this.#begun) / PATIENCE_MS);
  }

  /**
   * A face that was away comes back under its number. Another one takes its place only before there is
   * a picture, and only where it is the only one: nobody shall be enrolled as somebody else.
   */
  #find(now: number): LiveFace | undefined {
    const { faces } = this.#live;
    const known = faces.find(({ track }) => track === this.#track);
    if (known !== undefined) {
      this.#seenAt = now;
      this.#isAway = false;
      return known;
    }
    if (this.#track !== undefined) {
      this.#seenAt ||= now;
      this.#isAway = now - this.#seenAt > AWAY_MS;
      if (!this.#isAway || this.#pictures.length > 0 || faces.length !== 1) return undefined;
    }
    const largest = [...faces].sort((a, b) => b.part.down - a.part.down)[0];
    if (largest === undefined) return undefined;
    this.#track = largest.track;
    this.#seenAt = now;
    this.#isAway = false;
    return largest;
  }
}

/** A camera that stalls gives the same frame again; it would count as known already. */
const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);
