import type { FramePart } from '../../../../contract/application.ts';

/** How far ahead a face is thought to keep its speed, in milliseconds. */
const AHEAD_MS = 140;
/** Time in which the drawn box covers most of the way to where the face should be. */
const SETTLE_MS = 55;
/** Share of a new speed against the old one. */
const FRESH = 0.45;

interface Track {
  seen: FramePart;
  seenAt: number;
  velocity: FramePart;
  drawn: FramePart;
}

const mix = (a: FramePart, b: FramePart, share: number): FramePart =>
  combine(a, b, (from, to) => from + (to - from) * share);

const combine = (a: FramePart, b: FramePart, how: (a: number, b: number) => number): FramePart => ({
  left: how(a.left, b.left),
  top: how(a.top, b.top),
  across: how(a.across, b.across),
  down: how(a.down, b.down),
});

const still: FramePart = { left: 0, top: 0, across: 0, down: 0 };

/**
 * FramePartes between the answers of the host: predicted by their speed, because an answer is as old as
 * its journey, and smoothed, because faces do not jump.
 */
export class Motion {
  readonly #tracks = new Map<number, Track>();
  #drawnAt = 0;

  /** @param takenAt when the frame was taken, in milliseconds */
  observe(faces: readonly { track: number; part: FramePart }[], takenAt: number): void {
    const present = new Set(faces.map(({ track }) => track));
    for (const track of this.#tracks.keys()) if (!present.has(track)) this.#tracks.delete(track);
    for (const { track, part } of faces) this.#update(track, part, takenAt);
  }

  /** Where to draw each face at `now`. */
  draw(now: number): ReadonlyMap<number, FramePart> {
    const share = 1 - Math.exp(-Math.max(0, now - this.#drawnAt) / SETTLE_MS);
    this.#drawnAt = now;
    for (const track of this.#tracks.values()) {
      const ahead = Math.min(AHEAD_MS, Math.max(0, now - track.seenAt));
      const target = combine(track.seen, track.velocity, (at, speed) => at + speed * ahead);
      track.drawn = mix(track.drawn, target, share);
    }
    return new Map([...this.#tracks].map(([id, { drawn }]) => [id, drawn]));
  }

  #update(id: number, part: FramePart, at: number): void {
    const known = this.#tracks.get(id);
    if (known === undefined) {
      this.#tracks.set(id, { seen: part, seenAt: at, velocity: still, drawn: part });
      return;
    }
    const elapsed = at - known.seenAt;
    if (elapsed <= 0) return;
    const speed = combine(known.seen, part, (from, to) => (to - from) / elapsed);
    known.velocity = mix(known.velocity, speed, FRESH);
    known.seen = part;
    known.seenAt = at;
  }
}
