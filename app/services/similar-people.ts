import type { SimilarPerson } from '../../contract/people.ts';
import type { PersonId } from '../../contract/values.ts';
import { findPerson, readEncodingsOf, type PersonRecord, type Store } from '../../db/store.ts';
import { decide } from '../../native-models/evaluation/verifier.ts';
import type { EncoderInfo } from '../model-host/types.ts';
import { distanceBetween, signalOf } from './analysis.ts';
import type { CallOptions, Handler, ServiceContext, Handlers } from './context.ts';
import { resolvePerson } from './person-reference.ts';

interface Near {
  readonly personId: PersonId;
  readonly distance: number;
  /** Of the nearest pair, at a prior of one half. */
  readonly logOdds: number;
}

/**
 * How near other people are to one: by the nearest pair of their templates of the encoder in use.
 * People the user has ruled out for this face are left out, except where they are asked for by name.
 */
const similarPeople: Handler<'people.similar'> = async (context, payload, call) => {
  const { store, host } = context;
  const person = store.read((tables) => resolvePerson(tables, payload.person));
  const { encoder } = await host.request('warmUp', {}, signalOf(call));
  const own = store.read((tables) => readEncodingsOf(tables, encoder, person.id));
  if (own.length === 0) return { similar: [] };
  const near =
    payload.among === undefined
      ? await nearest(context, { encoder, person, own, top: payload.top }, call)
      : await nearnessOf(context, { encoder, person, own, among: payload.among }, call);
  return { similar: described(store, encoder, near) };
};

interface Probe {
  readonly encoder: EncoderInfo;
  readonly person: PersonRecord;
  /** The person's encodings, at least one. */
  readonly own: readonly Float32Array[];
}

/** Found by the host's index, whatever the size of the gallery. */
async function nearest(
  { gallery }: ServiceContext,
  { encoder, person, own, top }: Probe & { readonly top: number },
  call: CallOptions,
): Promise<readonly Near[]> {
  const probes = new Float32Array(own.length * encoder.dimension);
  own.forEach((encoding, i) => probes.set(encoding, i * encoder.dimension));
  // The person is the nearest of their own photos.
  const found = await gallery.search(encoder, probes, { top: top + 1, ...signalOf(call) });
  const best = new Map<PersonId, Near>();
  for (const candidate of found.flat()) {
    const known = best.get(candidate.personId)?.distance ?? Infinity;
    if (candidate.personId !== person.id && candidate.distance < known)
      best.set(candidate.personId, candidate);
  }
  return [...best.values()].sort((a, b) => a.distance - b.distance).slice(0, top);
}

/** Of people who are known by number; no search is needed. */
async function nearnessOf(
  { store, host }: ServiceContext,
  { encoder, person, own, among }: Probe & { readonly among: readonly PersonId[] },
  call: CallOptions,
): Promise<readonly Near[]> {
  const pairs = store.read((tables) =>
    [...new Set(among)]
      .filter((id) => id !== person.id)
      .flatMap((personId) => {
        const pair = nearestPair(own, readEncodingsOf(tables, encoder, personId));
        return pair === undefined ? [] : [{ personId, ...pair }];
      }),
  );
  if (pairs.length === 0) return [];
  const joined = (side: 'a' | 'b'): Float32Array => {
    const all = new Float32Array(pairs.length * encoder.dimension);
    pairs.forEach((pair, i) => all.set(pair[side], i * encoder.dimension));
    return all;
  };
  const payload = { a: joined('a'), b: joined('b') };
  const { logOdds } = await host.request('weighPairs', payload, signalOf(call));
  return pairs
    .map(({ personId, distance }, i) => ({ personId, distance, logOdds: logOdds[i]! }))
    .sort((one, other) => one.distance - other.distance);
}

/** Undefined where one of the two has no encoding. */
function nearestPair(
  own: readonly Float32Array[],
  others: readonly Float32Array[],
): { readonly a: Float32Array; readonly b: Float32Array; readonly distance: number } | undefined {
  const pairs = own.flatMap((a) => others.map((b) => ({ a, b, distance: distanceBetween(a, b) })));
  return pairs.length === 0
    ? undefined
    : pairs.reduce((least, pair) => (pair.distance < least.distance ? pair : least));
}

/** Somebody whom another process has just deleted is left out. */
const described = (
  store: Store,
  { thresholds, probability: curve }: EncoderInfo,
  near: readonly Near[],
): SimilarPerson[] =>
  store.read((tables) =>
    near.flatMap(({ personId, distance, logOdds }) => {
      const person = findPerson(tables, personId);
      if (person === undefined) return [];
      const candidate = { distance, logOdds, threshold: thresholds.verification };
      // As two pictures are compared: each pair by itself.
      const { named, probabilities } = decide([candidate], { people: 1, curve });
      return [{ person, distance, probability: probabilities[0]!, same: named }];
    }),
  );

export const similarPeopleHandlers = {
  'people.similar': similarPeople,
} satisfies Partial<Handlers>;
