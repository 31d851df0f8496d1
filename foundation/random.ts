/**
 * Repeatable numbers: xoshiro128** (Blackman and Vigna, 2018). Its state comes from the seed, the
 * stream's name and an index by FNV-1a and the finalizer of MurmurHash3. So every use, and every
 * step of it, has numbers of its own, and going on with a job needs no state but seed and step.
 */
export class RandomStream {
  readonly #state: Uint32Array;

  constructor(seed: number, stream: string, index = 0) {
    const start = hashText(`${seed}/${stream}/${index}`);
    this.#state = Uint32Array.from({ length: 4 }, (_, word) => mix(start + word * 0x9e3779b9));
  }

  /** Uniform in [0, 1), a multiple of 2⁻²⁴: exact in float32. */
  uniform(): number {
    return (this.#next() >>> 8) / 2 ** 24;
  }

  /** A whole number from 0 to `count` − 1. */
  below(count: number): number {
    return Math.floor((this.#next() / 2 ** 32) * count);
  }

  /** Normal with mean 0 and variance 1 (Box and Muller, 1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  #next(): number {
    const s = this.#state;
    const result = Math.imul(rotateLeft(Math.imul(s[1]!, 5), 7), 9) >>> 0;
    const shifted = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = rotateLeft(s[3]!, 11);
    return result;
  }
}

const rotateLeft = (word: number, bits: number) => (word << bits) | (word >>> (32 - bits));

function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  return hash;
}

function mix(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
