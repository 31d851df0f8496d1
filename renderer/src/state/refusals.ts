/** What can be done about a photo that was refused. */
export const remedies = ['face', 'largest', 'anyway', 'again', 'name'] as const;
export type Remedy = (typeof remedies)[number];

/** Of a photo that lies beside the folders of an import: nobody has said whose it is. */
export const ASTRAY = 'astray';

const table: Readonly<Record<string, readonly Remedy[]>> = {
  several_faces: ['face', 'largest'],
  low_quality: ['anyway'],
  [ASTRAY]: ['name'],
  host_crashed: ['again'],
  host_timeout: ['again'],
  internal: ['again'],
  disconnected: ['again'],
  too_many_requests: ['again'],
};

/** The remedies for a code, the best first; none where only another photo helps. */
export const remediesOf = (code: string): readonly Remedy[] => table[code] ?? [];

/** Remedies that need no look at the single photo, so that they can be had for all at once. */
export const forAll = ['largest', 'anyway', 'again'] as const satisfies readonly Remedy[];
export type ForAll = (typeof forAll)[number];

/** How many photos each of these would mend; only where it is more than one. */
export function offeredForAll(
  codes: readonly string[],
): readonly { readonly remedy: ForAll; readonly count: number }[] {
  return forAll
    .map((remedy) => ({
      remedy,
      count: codes.filter((code) => remediesOf(code).includes(remedy)).length,
    }))
    .filter(({ count }) => count > 1);
}

/**
 * The files of refusals that name them, both in the order of the request: two files of one name are
 * told apart by their place.
 */
export function filesOf<F>(
  refused: readonly { readonly file: string }[],
  asked: readonly { readonly name: string; readonly file: F }[],
): readonly (F | undefined)[] {
  let next = 0;
  return refused.map(({ file }) => {
    const at = asked.findIndex((one, i) => i >= next && one.name === file);
    if (at < 0) return undefined;
    next = at + 1;
    return asked[at]!.file;
  });
}
