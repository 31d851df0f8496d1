/** The nearest of many hits, in bounded memory. */
export class NearestHits {
  readonly #most: number;
  #count = 0;
  #reach = Infinity;
  #distances: Float32Array;
  #probes: Int32Array;
  #persons: Int32Array;

  /** Keeps at least the `most` nearest. */
  constructor(most: number) {
    this.#most = most;
    this.#distances = new Float32Array(2 * most);
    this.#probes = new Int32Array(2 * most);
    this.#persons = new Int32Array(2 * most);
  }

  /** What is infinitely far is no hit. */
  offer(distance: number, probe: number, person: number): void {
    if (this.#count === this.#distances.length) this.#thinOut();
    if (distance > this.#reach || distance === Infinity) return;
    this.#distances[this.#count] = distance;
    this.#probes[this.#count] = probe;
    this.#persons[this.#count] = person;
    this.#count++;
  }

  /** Nearest first, equal distances in the order in which they came. */
  ranking(): {
    readonly distances: Float32Array;
    readonly probes: Int32Array;
    readonly persons: Int32Array;
    readonly reach: number;
  } {
    const order = ascendingOrder(this.#distances.subarray(0, this.#count));
    return {
      distances: Float32Array.from(order, (hit) => this.#distances[hit]!),
      probes: Int32Array.from(order, (hit) => this.#probes[hit]!),
      persons: Int32Array.from(order, (hit) => this.#persons[hit]!),
      reach: this.#reach,
    };
  }

  #thinOut(): void {
    const reach = Float32Array.from(this.#distances).sort()[this.#most - 1]!;
    let kept = 0;
    for (let hit = 0; hit < this.#count; hit++) {
      if (this.#distances[hit]! > reach) continue;
      this.#distances[kept] = this.#distances[hit]!;
      this.#probes[kept] = this.#probes[hit]!;
      this.#persons[kept] = this.#persons[hit]!;
      kept++;
    }
    this.#count = kept;
    this.#reach = reach;
    if (kept === this.#distances.length) this.#grow();
  }

  /** Only where so many are equally far that none may be dropped. */
  #grow(): void {
    const [distances, probes, persons] = [this.#distances, this.#probes, this.#persons];
    this.#distances = new Float32Array(2 * distances.length);
    this.#probes = new Int32Array(2 * probes.length);
    this.#persons = new Int32Array(2 * persons.length);
    this.#distances.set(distances);
    this.#probes.set(probes);
    this.#persons.set(persons);
  }
}

/** Bits of a float32 that is not negative order as it does; the place below them breaks ties. */
function ascendingOrder(distances: Float32Array): Uint32Array {
  const bits = new Uint32Array(Float32Array.from(distances).buffer);
  const places = 2 ** Math.ceil(Math.log2(Math.max(2, bits.length)));
  const keys = Float64Array.from(bits, (value, place) => value * places + place).sort();
  return Uint32Array.from(keys, (key) => key % places);
}
