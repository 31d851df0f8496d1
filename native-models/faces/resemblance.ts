import type { Point } from '../../contract/values.ts';
import { LikenessError } from '../../contract/errors.ts';
import type { Affine } from '../images/warp.ts';
import { meanPoint } from '../../foundation/geometry.ts';

/**
 * The rotation, uniform scale and shift (no reflection) that takes `from` onto `to` with the least
 * squared error (Umeyama 1991). In the plane it has a closed form: with both sets centered and read
 * as complex numbers p and q, rotation and scale are Σ p̄q / Σ |p|².
 *
 * @throws LikenessError model_incompatible where the points of either set coincide, are not finite,
 *   or have no common direction: a landmark model that answers so cannot be used.
 */
export function estimateSimilarity(from: readonly Point[], to: readonly Point[]): Affine {
  const [fx, fy] = meanPoint(from);
  const [tx, ty] = meanPoint(to);
  let cosine = 0;
  let sine = 0;
  let spread = 0;
  from.forEach((point, i) => {
    const [px, py] = [point[0] - fx, point[1] - fy];
    const [qx, qy] = [to[i]![0] - tx, to[i]![1] - ty];
    cosine += px * qx + py * qy;
    sine += px * qy - py * qx;
    spread += px * px + py * py;
  });
  const a = cosine / spread;
  const c = sine / spread;
  if (!(a * a + c * c > 1e-12)) throw degenerate();
  return { a, b: -c, tx: tx - (a * fx - c * fy), c, d: a, ty: ty - (c * fx + a * fy) };
}

function degenerate(): LikenessError {
  return new LikenessError(
    'model_incompatible',
    'The landmark model put all points of a face on one spot. Use another landmark model.',
  );
}

/** One look at a face. */
export interface Sight {
  /** float32[dimension] */
  readonly encoding: Float32Array;
  /** 0…1 */
  readonly quality: number;
}

/** What a track has looked like. */
interface Appearance {
  /** Of the looks that agree. */
  readonly mean: Float32Array;
  readonly looks: number;
  /** Looks in a row that contradict. */
  readonly contradictions: number;
  readonly seenAt: number;
}

/** Looks worse than this say nothing about who it is. */
const TELLING_QUALITY = 0.1;
/** Beyond so many times the threshold a look is of another face; in between nothing is said. */
const CONTRADICTION = 1.2;
/** One bad look is not another face; so many in a row are. */
const CONTRADICTIONS = 2;
/** The mean follows a face that changes: it is over at most so many looks. */
const MOST_LOOKS = 12;
/** Milliseconds after which a face that is out of view is forgotten. */
const FORGOTTEN_MS = 60_000;
const MOST_REMEMBERED = 32;

/**
 * Says by the encoding which of the faces of a video a look is of. Where a face is tells it from frame
 * to frame; this holds when the place says nothing, or the wrong thing: after somebody was away, when
 * two people cross, when the camera changes its size, when frames are a second apart.
 */
export class Resemblance {
  readonly #threshold: number;
  readonly #appearances = new Map<number, Appearance>();

  /** @param threshold distance up to which two encodings are of the same face */
  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  /**
   * @param track the face's number by its place
   * @param inView numbers of the faces in view: none of them can be this one, save `track` itself
   * @param unused gives a number that no face has had
   * @returns the face's number by its encoding, and whether the look agrees with earlier ones; the
   *   first telling look at a face agrees
   */
  see(
    track: number,
    sight: Sight,
    inView: ReadonlySet<number>,
    unused: () => number,
  ): { readonly is: number; readonly confirmed: boolean } {
    const known = this.#appearances.get(track);
    const now = performance.now();
    if (sight.quality < TELLING_QUALITY) {
      if (known !== undefined) this.#remember(track, { ...known, seenAt: now });
      return { is: track, confirmed: known !== undefined && this.#isLike(known, sight) };
    }
    if (known !== undefined) {
      const distance = distanceBetween(known.mean, sight.encoding);
      const isOther = distance > this.#threshold * CONTRADICTION;
      const contradictions = isOther ? known.contradictions + 1 : 0;
      if (contradictions < CONTRADICTIONS) {
        const confirmed = distance <= this.#threshold;
        const seen = confirmed ? joined(known, sight) : known;
        this.#remember(track, { ...seen, contradictions, seenAt: now });
        return { is: track, confirmed };
      }
      this.#remember(track, { ...known, contradictions: 0 });
    }
    const found = this.#absentLike(sight, inView, now);
    const is = found?.id ?? (known === undefined ? track : unused());
    const seen =
      found === undefined
        ? { mean: sight.encoding, looks: 1, contradictions: 0 }
        : joined(found.appearance, sight);
    this.#remember(is, { ...seen, contradictions: 0, seenAt: now });
    return { is, confirmed: true };
  }

  #isLike({ mean }: Appearance, { encoding }: Sight): boolean {
    return distanceBetween(mean, encoding) <= this.#threshold;
  }

  /** The face out of view that is nearest, if it is near enough. */
  #absentLike({ encoding }: Sight, inView: ReadonlySet<number>, now: number) {
    for (const [id, { seenAt }] of this.#appearances)
      if (!inView.has(id) && now - seenAt > FORGOTTEN_MS) this.#appearances.delete(id);
    return [...this.#appearances]
      .filter(([id]) => !inView.has(id))
      .map(([id, appearance]) => ({
        id,
        appearance,
        distance: distanceBetween(appearance.mean, encoding),
      }))
      .filter(({ distance }) => distance <= this.#threshold)
      .sort((a, b) => a.distance - b.distance)[0];
  }

  /** Those that were seen last are remembered. */
  #remember(id: number, appearance: Appearance): void {
    this.#appearances.delete(id);
    this.#appearances.set(id, appearance);
    for (const oldest of this.#appearances.keys())
      if (this.#appearances.size > MOST_REMEMBERED) this.#appearances.delete(oldest);
  }
}

function joined(known: Pick<Appearance, 'mean' | 'looks'>, { encoding }: Sight) {
  const looks = Math.min(MOST_LOOKS, known.looks + 1);
  const mean = known.mean.map((value, i) => value + (encoding[i]! - value) / looks);
  return { mean, looks };
}

function distanceBetween(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}
