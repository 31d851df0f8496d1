import { describe, expect, it } from 'vitest';
import { LikenessError } from '../../contract/errors.ts';
import { ownLimit, surroundingsOf } from '../evaluation/exclusions.ts';
import { Galleries } from './galleries.ts';
import { GalleryIndex, type Candidate, type TemplateRows } from './gallery-index.ts';

/** A linear congruential generator: the same numbers on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function randomTemplates(count: number, people: number, dimension: number, seed = 1): TemplateRows {
  const random = randomNumbers(seed);
  return {
    templateIds: Int32Array.from({ length: count }, (_, i) => i + 1),
    personIds: Int32Array.from({ length: count }, () => 1 + Math.floor(random() * people)),
    encodings: Float32Array.from({ length: count * dimension }, () => random() - 0.5),
  };
}

type Found = Omit<Candidate, 'limit'>;

/** The definition, without any of the index's shortcuts. */
function bruteForce(
  { templateIds, personIds, encodings }: TemplateRows,
  probe: Float32Array,
  top: number,
): Found[] {
  const nearest = new Map<number, Found>();
  templateIds.forEach((templateId, row) => {
    const difference = probe.reduce(
      (sum, value, i) => sum + (value - encodings[row * probe.length + i]!) ** 2,
      0,
    );
    const distance = Math.sqrt(difference);
    const personId = personIds[row]!;
    if (distance < (nearest.get(personId)?.distance ?? Infinity))
      nearest.set(personId, { personId, templateId, distance });
  });
  return [...nearest.values()].sort((a, b) => a.distance - b.distance).slice(0, top);
}

function withoutTemplates(templates: TemplateRows, removed: (id: number) => boolean): TemplateRows {
  const dimension = templates.encodings.length / templates.templateIds.length;
  const rows = [...templates.templateIds.keys()].filter(
    (row) => !removed(templates.templateIds[row]!),
  );
  return {
    templateIds: Int32Array.from(rows, (row) => templates.templateIds[row]!),
    personIds: Int32Array.from(rows, (row) => templates.personIds[row]!),
    encodings: Float32Array.from(
      rows.flatMap((row) => [
        ...templates.encodings.subarray(row * dimension, (row + 1) * dimension),
      ]),
    ),
  };
}

function expectSame(actual: readonly Candidate[], expected: readonly Found[]): void {
  expect(actual.map(({ personId, templateId }) => [personId, templateId])).toEqual(
    expected.map(({ personId, templateId }) => [personId, templateId]),
  );
  actual.forEach(({ distance }, i) => expect(distance).toBeCloseTo(expected[i]!.distance, 5));
}

describe('GalleryIndex', () => {
  it.each([
    { count: 3000, people: 400, dimension: 128, top: 5 },
    { count: 500, people: 500, dimension: 7, top: 100 },
    { count: 300, people: 3, dimension: 16, top: 10 },
  ])('agrees with brute force for %o', ({ count, people, dimension, top }) => {
    const templates = randomTemplates(count, people, dimension);
    const index = new GalleryIndex(dimension);
    index.add(templates);
    for (let seed = 10; seed < 20; seed++) {
      const probe = randomTemplates(1, 1, dimension, seed).encodings;
      expectSame(index.search(probe, top), bruteForce(templates, probe, top));
    }
  });

  it('agrees with brute force after templates were removed', () => {
    const templates = randomTemplates(700, 90, 32);
    const isRemoved = (id: number) => id % 3 === 0 || id > 690;
    const index = new GalleryIndex(32);
    index.add(templates);
    index.remove(templates.templateIds.filter(isRemoved));
    const rest = withoutTemplates(templates, isRemoved);
    expect(index.size).toBe(rest.templateIds.length);
    const probe = randomTemplates(1, 1, 32, 5).encodings;
    expectSame(index.search(probe, 20), bruteForce(rest, probe, 20));
  });

  it('finds a stored encoding at distance zero', () => {
    const templates = randomTemplates(100, 100, 128);
    const index = new GalleryIndex(128);
    index.add(templates);
    const [match] = index.search(templates.encodings.subarray(41 * 128, 42 * 128), 1);
    expect(match).toMatchObject({ templateId: 42, personId: templates.personIds[41] });
    expect(match!.distance).toBeLessThan(1e-6);
  });

  it('replaces a template that is added again', () => {
    const index = new GalleryIndex(2);
    const add = (personId: number, encoding: number[]) =>
      index.add({
        templateIds: Int32Array.of(1),
        personIds: Int32Array.of(personId),
        encodings: Float32Array.from(encoding),
      });
    add(7, [1, 0]);
    add(8, [0, 1]);
    expect(index.size).toBe(1);
    expect(index.search(Float32Array.of(0, 1), 3)).toEqual([
      { personId: 8, templateId: 1, distance: 0, limit: Infinity },
    ]);
  });

  it('passes over unknown numbers and empties completely', () => {
    const index = new GalleryIndex(4);
    index.add(randomTemplates(5, 5, 4));
    index.remove(Int32Array.of(99, 1, 2, 3, 4, 5, 5));
    expect(index.size).toBe(0);
    expect(index.search(Float32Array.of(1, 0, 0, 0), 5)).toEqual([]);
  });

  it.each([NaN, Infinity, 0])(
    'an encoding of %d is never stored, ranked or searched for',
    (value) => {
      const index = new GalleryIndex(4);
      index.add(randomTemplates(5, 5, 4));
      const encodings = new Float32Array(4).fill(value);
      index.add({ templateIds: Int32Array.of(99), personIds: Int32Array.of(99), encodings });
      expect(index.size).toBe(5);
      const ranking = index.search(Float32Array.of(1, 0, 0, 0), 9);
      expect(ranking.map(({ personId }) => personId)).not.toContain(99);
      expect(() => index.search(encodings, 1)).toThrow(
        expect.objectContaining({ code: 'encoding_invalid' }),
      );
    },
  );

  it('refuses rows of another length', () => {
    const index = new GalleryIndex(4);
    expect(() => index.add(randomTemplates(5, 5, 3))).toThrow(LikenessError);
    expect(index.size).toBe(0);
  });

  it('finds the person of a probe among 10,000', () => {
    const index = new GalleryIndex(128);
    const gallery = randomTemplates(10_000, 1_000_000, 128);
    index.add(gallery);
    for (const at of [0, 4711, 9_999]) {
      const probe = gallery.encodings.slice(at * 128, (at + 1) * 128);
      const [nearest] = index.search(probe, 5);
      expect(nearest!.personId).toBe(gallery.personIds[at]);
      expect(nearest!.distance).toBeCloseTo(0, 2);
    }
  });
});

describe('Galleries', () => {
  const first = { modelId: 'encoder', modelVersion: '1' };
  const second = { modelId: 'encoder', modelVersion: '2' };

  it('never compares templates of different models or versions', () => {
    const galleries = new Galleries();
    galleries.load(first, 8, randomTemplates(10, 10, 8));
    galleries.load(second, 8, randomTemplates(0, 1, 8));
    const probe = new Float32Array(8).fill(1);
    expect(galleries.search(first, probe, 5)[0]).toHaveLength(5);
    expect(galleries.search(second, probe, 5)[0]).toEqual([]);
  });

  it('refuses a model without a gallery, and probes of another dimension', () => {
    const galleries = new Galleries();
    galleries.load(first, 8, randomTemplates(10, 10, 8));
    const refused = expect.objectContaining({ code: 'model_incompatible' }) as unknown;
    expect(() => galleries.search(second, new Float32Array(8), 5)).toThrow(refused);
    expect(() => galleries.search(first, new Float32Array(9), 5)).toThrow(refused);
    expect(() => galleries.add(second, randomTemplates(1, 1, 8))).toThrow(refused);
  });

  it('searches several probes at once, and loading replaces what was there', () => {
    const galleries = new Galleries();
    const templates = randomTemplates(20, 20, 8);
    galleries.load(first, 8, templates);
    const matches = galleries.search(first, templates.encodings.subarray(0, 24), 1);
    expect(matches.map(([match]) => match?.templateId)).toEqual([1, 2, 3]);
    expect(galleries.load(first, 8, randomTemplates(4, 4, 8))).toBe(4);
    galleries.remove(Int32Array.of(1, 2));
    expect(galleries.add(first, randomTemplates(1, 1, 8))).toBe(3);
  });
});

describe('exclusions', () => {
  const [dimension, people] = [8, 40];
  const templates = randomTemplates(400, people, dimension);
  const random = randomNumbers(5);
  const probes = Array.from({ length: 60 }, () =>
    Float32Array.from({ length: dimension }, () => random() - 0.5),
  );
  const rowsOf = (personId: number): Float32Array[] =>
    [...templates.personIds.keys()]
      .filter((row) => templates.personIds[row] === personId)
      .map((row) => templates.encodings.slice(row * dimension, (row + 1) * dimension));
  const apart = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((x, i) => x - b[i]!));
  /** Said of every third person of each of the first twenty probes: this is not they. */
  const said = probes.slice(0, 20).flatMap((probe) =>
    bruteForce(templates, probe, 9)
      .filter((_, rank) => rank % 3 === 0)
      .map(({ personId }) => ({ personId, encoding: probe })),
  );
  const index = new GalleryIndex(dimension);
  index.add(templates);
  index.exclude({
    personIds: Int32Array.from(said, ({ personId }) => personId),
    encodings: Float32Array.from(said.flatMap(({ encoding }) => [...encoding])),
  });

  it('leave out exactly those whom the definition leaves out', () => {
    let left = 0;
    for (const probe of probes) {
      const everyone = bruteForce(templates, probe, people);
      const named = everyone.filter(({ personId, distance }) => {
        const excluded = said.filter((each) => each.personId === personId);
        if (excluded.length === 0) return true;
        const nearest = Math.min(...excluded.map(({ encoding }) => apart(encoding, probe)));
        const surroundings = surroundingsOf(
          rowsOf(personId),
          excluded.map(({ encoding }) => encoding),
        );
        return nearest > distance && distance <= ownLimit(surroundings);
      });
      left += everyone.length - named.length;
      expectSame(index.search(probe, 5), named.slice(0, 5));
    }
    expect(left).toBeGreaterThan(100);
  });

  it('count nobody as a person, and go with a new list', () => {
    expect(index.people).toBe(people);
    const another = new GalleryIndex(dimension);
    another.add(templates);
    another.exclude({ personIds: Int32Array.of(1), encodings: new Float32Array(probes[0]!) });
    another.exclude({ personIds: new Int32Array(0), encodings: new Float32Array(0) });
    expectSame(another.search(probes[0]!, 7), bruteForce(templates, probes[0]!, 7));
  });

  it('follow the templates: whoever gets a photo as far out may be named as far', () => {
    const at = (x: number, y: number) => Float32Array.of(x, y);
    const line = new GalleryIndex(2);
    const add = (id: number, encoding: Float32Array) => {
      const [templateIds, personIds] = [Int32Array.of(id), Int32Array.of(7)];
      line.add({ templateIds, personIds, encodings: encoding });
    };
    add(1, at(1, 1));
    line.exclude({ personIds: Int32Array.of(7), encodings: at(1, 3) });
    const limit = () => line.search(at(1, 1.1), 1)[0]!.limit;
    expect(limit()).toBeCloseTo(1.9);
    add(2, at(1, -0.95));
    expect(limit()).toBeCloseTo(1.95);
    line.remove(Int32Array.of(2));
    expect(limit()).toBeCloseTo(1.9);
  });
});
