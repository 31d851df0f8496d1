import { LikenessError } from '../../contract/errors.ts';
import { isUsableEncoding } from '../../contract/values.ts';
import { distance } from '../evaluation/paired.ts';
import { ownLimit, surroundingsOf } from '../evaluation/exclusions.ts';

/**
 * Sum of products of `length` values from each offset, in double precision. Eight independent sums
 * keep the processor's pipelines full; one alone is several times slower.
 */
function dotProduct(
  a: Float32Array,
  offsetA: number,
  b: Float32Array,
  offsetB: number,
  length: number,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  const whole = length - (length % 8);
  for (let i = 0; i < whole; i += 8) {
    const p = offsetA + i;
    const q = offsetB + i;
    s0 += a[p]! * b[q]!;
    s1 += a[p + 1]! * b[q + 1]!;
    s2 += a[p + 2]! * b[q + 2]!;
    s3 += a[p + 3]! * b[q + 3]!;
    s4 += a[p + 4]! * b[q + 4]!;
    s5 += a[p + 5]! * b[q + 5]!;
    s6 += a[p + 6]! * b[q + 6]!;
    s7 += a[p + 7]! * b[q + 7]!;
  }
  for (let i = whole; i < length; i++) s0 += a[offsetA + i]! * b[offsetB + i]!;
  return s0 + s1 + s2 + s3 + (s4 + s5 + s6 + s7);
}

interface Neighbor {
  readonly personId: number;
  readonly templateId: number;
  readonly squaredDistance: number;
}

/** The nearest people seen so far, each with the nearest of their templates; at most `limit`. */
class NearestPeople {
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

/** Templates to store: numbers, and float32[templates × dimension], row after row. */
export interface TemplateRows {
  readonly templateIds: Int32Array;
  readonly personIds: Int32Array;
  readonly encodings: Float32Array;
}

export interface Candidate {
  readonly personId: number;
  readonly templateId: number;
  /** Euclidean, in the encoder's own space. */
  readonly distance: number;
  /** Up to which distance this person may be named, of all rules; infinite without exclusions. */
  readonly limit: number;
}

/** Faces that the user said are not a person's: float32[exclusions × dimension], and of whom. */
export interface ExclusionRows {
  readonly personIds: Int32Array;
  readonly encodings: Float32Array;
}

const INITIAL_CAPACITY = 256;

/**
 * Exact 1:k index of one encoder's templates. Rows are contiguous, so that a search is a single
 * pass; ‖a − b‖² = ‖a‖² + ‖b‖² − 2 a·b with ‖b‖² kept per row.
 */
export class GalleryIndex {
  readonly dimension: number;
  private count = 0;
  private rows: Float32Array;
  private squaredNorms = new Float64Array(INITIAL_CAPACITY);
  private templateIds = new Int32Array(INITIAL_CAPACITY);
  private personIds = new Int32Array(INITIAL_CAPACITY);
  private readonly rowOfTemplate = new Map<number, number>();
  /** Templates of each person. */
  private readonly templatesOf = new Map<number, number>();
  /** Person → faces that are not theirs. */
  private excluded: ReadonlyMap<number, readonly Float32Array[]> = new Map();
  /** Person → distance up to which they may be named; null where templates changed since. */
  private limits: ReadonlyMap<number, number> | null = null;

  constructor(dimension: number) {
    this.dimension = dimension;
    this.rows = new Float32Array(INITIAL_CAPACITY * dimension);
  }

  /** Number of templates. */
  get size(): number {
    return this.count;
  }

  /** Number of people with a template. */
  get people(): number {
    return this.templatesOf.size;
  }

  /** float32[dimension]: a view that the next change makes invalid. */
  encodingOf(templateId: number): Float32Array | undefined {
    const row = this.rowOfTemplate.get(templateId);
    if (row === undefined) return undefined;
    return this.rows.subarray(row * this.dimension, (row + 1) * this.dimension);
  }

  /**
   * A template whose number is known already is replaced. One that cannot be compared is left out:
   * it would be as near to everyone, or to nobody.
   */
  add(templates: TemplateRows): void {
    this.checkTemplates(templates);
    this.limits = null;
    this.reserve(this.count + templates.templateIds.length);
    templates.templateIds.forEach((templateId, i) => {
      const encoding = templates.encodings.subarray(i * this.dimension, (i + 1) * this.dimension);
      if (isUsableEncoding(encoding)) this.put(templateId, templates.personIds[i]!, encoding);
    });
  }

  /** Replaces all exclusions. */
  exclude({ personIds, encodings }: ExclusionRows): void {
    const rows = [...personIds].map((personId, row) => ({
      personId,
      encoding: encodings.slice(row * this.dimension, (row + 1) * this.dimension),
    }));
    const usable = rows.filter(({ encoding }) => isUsableEncoding(encoding));
    this.excluded = new Map(
      [...Map.groupBy(usable, ({ personId }) => personId)].map(([personId, own]) => [
        personId,
        own.map(({ encoding }) => encoding),
      ]),
    );
    this.limits = null;
  }

  /** Unknown numbers are passed over. */
  remove(templateIds: Int32Array): void {
    this.limits = null;
    for (const templateId of templateIds) {
      const row = this.rowOfTemplate.get(templateId);
      if (row !== undefined) this.removeRow(row, templateId);
    }
  }

  /**
   * The nearest template of each of the `top` nearest people who may be named, nearest first: people
   * whose exclusion is as near as they are, or who are beyond the limit that it sets, are left out.
   *
   * @param probe float32[dimension]
   * @throws LikenessError `encoding_invalid` where it is zero or has values that are no numbers
   */
  search(probe: Float32Array, top: number): readonly Candidate[] {
    if (!isUsableEncoding(probe))
      throw new LikenessError(
        'encoding_invalid',
        'The encoding that is looked for is zero, or has values that are no numbers.',
      );
    const limits = this.limitsOfPeople();
    // As many as may have to be left out.
    const nearest = new NearestPeople(top + limits.size);
    const squaredNorm = dotProduct(probe, 0, probe, 0, this.dimension);
    let bound = nearest.bound;
    for (let row = 0; row < this.count; row++) {
      const product = dotProduct(this.rows, row * this.dimension, probe, 0, this.dimension);
      const squaredDistance = this.squaredNorms[row]! + squaredNorm - 2 * product;
      if (squaredDistance > bound) continue;
      const [personId, templateId] = [this.personIds[row]!, this.templateIds[row]!];
      nearest.offer({ personId, templateId, squaredDistance });
      bound = nearest.bound;
    }
    return nearest
      .ranking()
      .map(({ squaredDistance, ...match }) => ({
        ...match,
        distance: Math.sqrt(Math.max(0, squaredDistance)), // rounding may pass below zero
        limit: limits.get(match.personId) ?? Infinity,
      }))
      .filter((candidate) => this.mayBeNamed(candidate, probe))
      .slice(0, top);
  }

  private mayBeNamed({ personId, distance: own, limit }: Candidate, probe: Float32Array): boolean {
    const excluded = this.excluded.get(personId) ?? [];
    return own <= limit && excluded.every((face) => distance(face, probe) > own);
  }

  private limitsOfPeople(): ReadonlyMap<number, number> {
    if (this.limits !== null) return this.limits;
    const templates = new Map<number, Float32Array[]>();
    if (this.excluded.size > 0)
      for (let row = 0; row < this.count; row++) {
        const personId = this.personIds[row]!;
        if (!this.excluded.has(personId)) continue;
        const encoding = this.rows.subarray(row * this.dimension, (row + 1) * this.dimension);
        templates.set(personId, [...(templates.get(personId) ?? []), encoding]);
      }
    this.limits = new Map(
      [...templates].map(([personId, own]) => [
        personId,
        ownLimit(surroundingsOf(own, this.excluded.get(personId)!)),
      ]),
    );
    return this.limits;
  }

  private checkTemplates({ templateIds, personIds, encodings }: TemplateRows): void {
    const count = templateIds.length;
    if (personIds.length === count && encodings.length === count * this.dimension) return;
    throw new LikenessError(
      'model_incompatible',
      `${count} templates of ${this.dimension} values were expected, ` +
        `but ${personIds.length} people and ${encodings.length} values came.`,
    );
  }

  private put(templateId: number, personId: number, encoding: Float32Array): void {
    const known = this.rowOfTemplate.get(templateId);
    if (known !== undefined) this.countOff(this.personIds[known]!);
    const row = known ?? this.count++;
    this.rowOfTemplate.set(templateId, row);
    this.templatesOf.set(personId, (this.templatesOf.get(personId) ?? 0) + 1);
    this.templateIds[row] = templateId;
    this.personIds[row] = personId;
    this.rows.set(encoding, row * this.dimension);
    this.squaredNorms[row] = dotProduct(encoding, 0, encoding, 0, this.dimension);
  }

  private countOff(personId: number): void {
    const left = this.templatesOf.get(personId)! - 1;
    if (left === 0) this.templatesOf.delete(personId);
    else this.templatesOf.set(personId, left);
  }

  /** The last row takes the place; what it leaves is wiped, since it is somebody's face. */
  private removeRow(row: number, templateId: number): void {
    this.countOff(this.personIds[row]!);
    const last = --this.count;
    const { dimension } = this;
    this.rowOfTemplate.delete(templateId);
    if (row !== last) {
      this.rows.copyWithin(row * dimension, last * dimension, (last + 1) * dimension);
      this.squaredNorms[row] = this.squaredNorms[last]!;
      this.personIds[row] = this.personIds[last]!;
      this.templateIds[row] = this.templateIds[last]!;
      this.rowOfTemplate.set(this.templateIds[row], row);
    }
    this.rows.fill(0, last * dimension, (last + 1) * dimension);
  }

  private reserve(count: number): void {
    if (count <= this.templateIds.length) return;
    const capacity = Math.max(count, this.templateIds.length * 2);
    this.rows = grown(this.rows, new Float32Array(capacity * this.dimension));
    this.squaredNorms = grown(this.squaredNorms, new Float64Array(capacity));
    this.templateIds = grown(this.templateIds, new Int32Array(capacity));
    this.personIds = grown(this.personIds, new Int32Array(capacity));
  }
}

function grown<T extends Float32Array | Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
