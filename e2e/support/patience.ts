/** Milliseconds that the sample work takes on two idle cores of a server of 2023. */
const USUAL = 850;

/** How many times slower than usual this machine is now; at least 1. */
export function slowness(): number {
  const began = performance.now();
  let sum = 0;
  for (let i = 0; i < 3e7; i++) sum += Math.sqrt(i) % 3;
  if (!Number.isFinite(sum)) throw new Error('The sample work came to nothing.');
  return Math.max(1, (performance.now() - began) / USUAL);
}

/**
 * Waits for something long for as long as it moves on: a machine that is much slower than another
 * only takes longer.
 *
 * @param position anything that changes while it moves on
 * @param stalled milliseconds on a usual machine after which it no longer does
 */
export async function whileItMoves(
  isOver: () => Promise<boolean>,
  position: () => Promise<string>,
  stalled = 30_000,
): Promise<void> {
  const patience = stalled * slowness();
  let last = '';
  let since = performance.now();
  while (!(await isOver())) {
    const now = await position();
    if (now !== last) [last, since] = [now, performance.now()];
    if (performance.now() - since > patience)
      throw new Error(`Nothing moved for ${Math.round(patience / 1000)} s; it stood at "${now}".`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
