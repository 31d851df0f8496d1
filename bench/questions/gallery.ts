import { insertPerson, insertTemplate, openStore, type Store } from '../../db/store.ts';
import { createServices, type Services } from '../../app/services/services.ts';
import { samplePhotos } from '../data/sample-photos.ts';
import { residentMemory, startHost } from '../measure/product.ts';
import { interleave, median } from '../measure/timing.ts';
import type { Answer } from './question.ts';

const PEOPLE = 10_000;
const ROUNDS = 15;

interface Encoder {
  readonly id: string;
  readonly version: string;
  readonly dimension: number;
}

/**
 * What a gallery of 10,000 people (synthetic templates in a real database) adds to an
 * identification, and how much memory the host then has.
 */
export async function measureGallery(): Promise<Answer> {
  await using empty = await startHost();
  await using full = await startHost();
  const { encoder } = await full.host.request('warmUp', {});
  const stores = [empty, full].map(({ dataDir }) => openStore({ dataDir }));
  const [none, many] = [stores[0]!, stores[1]!];
  enrollStrangers(many, encoder);
  const services = [empty, full].map(({ host, configuration }, i) =>
    createServices({ store: stores[i]!, host, configuration, version: 'bench' }),
  );
  const rounds = await interleave(
    { empty: () => identify(services[0]!), full: () => identify(services[1]!) },
    ROUNDS,
  );
  const [withoutMs, withMs] = [median(rounds.empty.times), median(rounds.full.times)];
  const searchMs = median(await timeSearches(full.host, encoder));
  const hostMemoryMb = await residentMemory(full.pid());
  none.close();
  many.close();
  const figures = {
    people: PEOPLE,
    identifyMs: { emptyGallery: withoutMs, fullGallery: withMs },
    addedMs: withMs - withoutMs,
    searchMs,
    hostMemoryMb,
  };
  const memory = hostMemoryMb === null ? 'not known here' : `${hostMemoryMb.toFixed(0)} MB`;
  const lines = [
    `Identification of three faces in a photo: ${withoutMs.toFixed(1)} ms with an empty gallery,`,
    `  ${withMs.toFixed(1)} ms with ${PEOPLE} people: ${figures.addedMs.toFixed(1)} ms more`,
    `One search with three probes alone: ${searchMs.toFixed(1)} ms`,
    `Resident memory of the host: ${memory}`,
  ];
  return { figures, lines };
}

const identify = async (services: Services): Promise<number> => {
  const image = { path: samplePhotos()[0]!.file };
  return (await services.dispatch('identification.identify', { image })).faces.length;
};

function enrollStrangers(store: Store, { id, version, dimension }: Encoder): void {
  const random = randomNumbers(7);
  const createdAt = new Date(0).toISOString();
  store.write((open) => {
    for (let i = 0; i < PEOPLE; i++) {
      const person = insertPerson(open, `Synthetic ${i}`, createdAt);
      insertTemplate(open, {
        personId: person.id,
        model: { id, version },
        encoding: unitVector(dimension, random),
        quality: 1,
        photoHash: i.toString(16).padStart(64, '0'),
        source: 'synthetic',
        createdAt,
      });
    }
  });
}

async function timeSearches(
  host: Awaited<ReturnType<typeof startHost>>['host'],
  { id, version, dimension }: Encoder,
): Promise<readonly number[]> {
  const random = randomNumbers(11);
  const probes = Float32Array.from([1, 2, 3].flatMap(() => [...unitVector(dimension, random)]));
  const search = (): Promise<unknown> =>
    host.request('gallerySearch', { modelId: id, modelVersion: version, probes, top: 5 });
  return (await interleave({ search }, 50)).search.times;
}

function unitVector(dimension: number, random: () => number): Float32Array {
  const vector = Float32Array.from({ length: dimension }, () => random() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** A linear congruential generator (Numerical Recipes): the same people on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
