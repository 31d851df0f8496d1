/** Prior probability that whoever is searched for is enrolled at all. */
export const ENROLLED_PRIOR = 0.5;

/**
 * Who of `people` enrolled a face shows: the probability of each candidate, the rest being that it
 * is another one or nobody. By Bayes' theorem, with a prior of one half for "nobody", the other
 * half shared by all who are enrolled alike:
 *
 *   P(i) = L(i) / k · ½ / (½ + Σ L(j) / k · ½),   L = likelihood ratio of "the same person"
 *
 * People who are not among the candidates are farther away than the last of them; their evidence
 * is left out of the sum. With one person enrolled this is the 1:1 probability.
 *
 * @param logOdds of each candidate by itself, at a prior of one half
 * @param people enrolled, at least as many as candidates
 */
export function posteriorsOf(logOdds: readonly number[], people: number): readonly number[] {
  const sharing = Math.log(Math.max(people, logOdds.length, 1));
  const nobody = Math.log((1 - ENROLLED_PRIOR) / ENROLLED_PRIOR);
  const evidence = logOdds.map((odds) => odds - sharing);
  // The largest is taken out: a likelihood ratio may exceed what a number holds.
  const largest = Math.max(nobody, ...evidence);
  const shares = evidence.map((value) => Math.exp(value - largest));
  const total = shares.reduce((sum, share) => sum + share, Math.exp(nobody - largest));
  return shares.map((share) => share / total);
}
