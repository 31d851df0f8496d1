/**
 * [Note: examples in the gallery] A face that is not person 7 stands in the host's gallery as a
 * template of "person" −7, so that every search, of a photo or of a video, says as well how near the
 * probe is to it. Such candidates are taken out here and reach nobody.
 */
export const notPerson = (person: number): number => -person;

export const isExample = ({ personId }: { readonly personId: number }): boolean => personId < 0;

/** Up to which distances people are named at present. */
export interface NamingRules {
  readonly threshold: number;
  /** Person → a threshold of their own. */
  readonly own: ReadonlyMap<number, number>;
}

/** Who may be named (see `nameable`), each with the threshold that holds for them. */
export const candidatesUnder = <C extends { readonly personId: number; readonly distance: number }>(
  found: readonly C[],
  { threshold, own }: NamingRules,
): readonly (C & { readonly threshold: number })[] =>
  nameable(found, own).map((candidate) => ({
    ...candidate,
    threshold: Math.min(threshold, own.get(candidate.personId) ?? Infinity),
  }));

/**
 * Who may be named: without examples, without people whose example is nearer than they are
 * themselves, and without those beyond a threshold of their own.
 *
 * @param candidates nearest first.
 */
export function nameable<C extends { readonly personId: number; readonly distance: number }>(
  candidates: readonly C[],
  own: ReadonlyMap<number, number>,
): readonly C[] {
  if (own.size === 0) return candidates;
  return candidates.filter((candidate) => {
    const { personId, distance } = candidate;
    if (isExample(candidate)) return false;
    const example = candidates.find((other) => other.personId === notPerson(personId));
    const isNearer = example !== undefined && example.distance <= distance;
    return !isNearer && distance <= (own.get(personId) ?? Infinity);
  });
}
