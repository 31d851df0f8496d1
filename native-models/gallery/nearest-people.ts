export interface Neighbor {
  readonly personId: number;
  readonly templateId: number;
  readonly squaredDistance: number;
}

/** The nearest people seen so far, each with the nearest of their templates; at most `limit`. */
export class NearestPeople {
  private readonly ranked: Neighbor[] = [];
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** What is not nearer than this cannot enter the ranking. */
  get bound(): number {
    return this.ranked.length < this.limit ? Infinity : this.ranked.at(-1)!.squaredDistance;
  }

  /**
   * Exact although people drop out: whoever is pushed out is behind `limit` others, who only come
   * nearer.
   */
  offer(candidate: Neighbor): void {
    const known = this.ranked.findIndex(({ personId }) => personId === candidate.personId);
    if (known >= 0 && !isNearer(candidate, this.ranked[known]!)) return;
    if (known >= 0) this.ranked.splice(known, 1);
    const place = this.ranked.findIndex((other) => isNearer(candidate, other));
    this.ranked.splice(place < 0 ? this.ranked.length : place, 0, candidate);
    if (this.ranked.length > this.limit) this.ranked.pop();
  }

  /** Nearest first. */
  ranking(): readonly Neighbor[] {
    return this.ranked;
  }
}

/** Equal distances are ordered by number, so that the result does not depend on the storage. */
function isNearer(a: Neighbor, b: Neighbor): boolean {
  return (
    (a.squaredDistance - b.squaredDistance ||
      a.personId - b.personId ||
      a.templateId - b.templateId) < 0
  );
}
