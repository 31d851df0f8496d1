import { RandomStream } from '../../../foundation/random.ts';

/** Photos, as positions in a list, by who is on them. */
export interface People {
  /** At least two photos each: they give anchors and positives. */
  readonly several: readonly (readonly number[])[];
  /** The only photo of a person: a negative, never an anchor. */
  readonly single: readonly number[];
}

export function groupByPerson(labels: readonly (string | null)[]): People {
  const photos = new Map<string, number[]>();
  labels.forEach((label, index) => {
    if (label !== null) photos.set(label, [...(photos.get(label) ?? []), index]);
  });
  const groups = [...photos.values()];
  return {
    several: groups.filter(({ length }) => length > 1),
    single: groups.filter(({ length }) => length === 1).flat(),
  };
}

export interface BatchShape {
  /** P: people of a batch that have several photos. */
  readonly people: number;
  /** K: photos of each. */
  readonly photos: number;
  /** Photos of further people with one photo each. */
  readonly singles: number;
}

export interface Pick {
  /** Position of the photo in the list. */
  readonly photo: number;
  /** Number of the person within the batch. */
  readonly person: number;
}

/**
 * The P×K batch of a step (Hermans et al. 2017), and beside it people with one photo. People take
 * turns in an order that is new for every round, so that nobody is left out by chance; of each, K
 * photos are drawn, all of them before one comes twice. Where there are too few people, the batch
 * is smaller; it is the same for every step.
 */
export function pickBatch(
  { several, single }: People,
  shape: BatchShape,
  seed: number,
  step: number,
): readonly Pick[] {
  const random = new RandomStream(seed, 'photos', step);
  const picks = turns(several.length, shape.people, seed, 'people', step).flatMap((index, person) =>
    drawPhotos(several[index]!, shape.photos, random).map((photo) => ({ photo, person })),
  );
  const others = turns(single.length, shape.singles, seed, 'singles', step).map(
    (index, position) => ({ photo: single[index]!, person: shape.people + position }),
  );
  return [...picks, ...others];
}

/** The members of an endless series of shuffled rounds whose turn it is. */
function turns(
  count: number,
  wanted: number,
  seed: number,
  name: string,
  step: number,
): readonly number[] {
  const taken = Math.min(count, wanted);
  if (taken === 0) return [];
  const perRound = Math.floor(count / taken);
  const round = Math.floor(step / perRound);
  const first = (step % perRound) * taken;
  return shuffle(count, new RandomStream(seed, name, round)).slice(first, first + taken);
}

function drawPhotos(photos: readonly number[], wanted: number, random: RandomStream): number[] {
  const drawn: number[] = [];
  while (drawn.length < wanted) {
    const order = shuffle(photos.length, random);
    drawn.push(...order.slice(0, wanted - drawn.length).map((index) => photos[index]!));
  }
  return drawn;
}

/** Fisher and Yates. */
function shuffle(count: number, random: RandomStream): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
