import { finish } from '../../testing/finish.ts';
import { gaussianPeople } from '../../testing/gaussian-people.ts';
import { crossSearch, type CalibrationPhotos, type CrossSearches } from '../galleries.ts';

interface Crowd {
  readonly people: number;
  readonly photos?: number;
  readonly seed: number;
  /** Of each person, so many photos are templates. */
  readonly templates?: number;
  readonly dimension?: number;
}

/** Photos of people who look alike now and then. */
export function crowdPhotos(crowd: Crowd): CalibrationPhotos {
  const { people, photos = 2, seed, templates = 1, dimension = 12 } = crowd;
  const drawn = gaussianPeople({ people, photos, dimension, noise: 0.35, seed });
  return {
    encodings: drawn.flatMap(({ encodings }) => encodings),
    people: drawn.flatMap(({ encodings }, person) => encodings.map(() => person)),
    enrolled: drawn.flatMap(({ encodings }) => encodings.map((_, photo) => photo < templates)),
  };
}

export const searchCrowd = (crowd: Crowd): CrossSearches =>
  finish(crossSearch(crowdPhotos(crowd))).value;
