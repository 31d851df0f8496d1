import type { Evaluation } from '../../../contract/commands.ts';
import {
  reliabilityOf,
  type Reliability,
} from '../../../native-models/evaluation/verifier/reliability.ts';
import { decide, priorLogOddsAt } from '../../../native-models/evaluation/verifier/decision.ts';
import { probabilityOfLogOdds } from '../../../native-models/evaluation/verifier/verifier.ts';
import type { EncoderInfo, HostResult, ModelHost } from '../../model-host/types.ts';
import { distanceBetween, signalOf } from '../analysis.ts';
import type { CallOptions } from '../context.ts';
import { runInTurns, throwIfCancelled } from '../cooperation.ts';
import type { Encodings } from './measures.ts';
import type { EvaluationPlan } from './plan.ts';
import { somePairs, type PhotoPair } from './some-pairs.ts';

/** Of each side: more would say the same, and every pair crosses to the host. */
const MOST_PAIRS = 20_000;
/** A message of about a megabyte. */
const PAIRS_AT_ONCE = 1000;

type Weighed = HostResult<'weighPairs'>;

export interface ShownProbability {
  /** Null where there is no mated or no non-mated pair whose photos both have a face. */
  readonly reliability: Evaluation['reliability'];
  readonly warnings: readonly string[];
}

/**
 * How far the probability is to be trusted that `verify` shows for two faces at the encoder's own
 * threshold: pairs of the plan are weighed and decided as there, and count by the prior that the
 * threshold implies. Pairs with a photo without a face have no probability.
 *
 * @throws LikenessError `cancelled`.
 */
export async function judgeProbability(
  host: Pick<ModelHost, 'request'>,
  encoder: EncoderInfo,
  plan: EvaluationPlan,
  encodings: Encodings,
  call: CallOptions,
): Promise<ShownProbability> {
  const pairs = await runInTurns(somePairs(plan, encodings, MOST_PAIRS), call.signal);
  if (pairs.mated.length === 0 || pairs.nonMated.length === 0)
    return { reliability: null, warnings: [] };
  const weigh = weigher(host, encodings, pairs.mated.length + pairs.nonMated.length, call);
  const mated = await weigh(pairs.mated);
  const nonMated = await weigh(pairs.nonMated);
  const { probability: curve, thresholds } = encoder;
  const prior = probabilityOfLogOdds(priorLogOddsAt(thresholds.verification, curve));
  const stated = (some: readonly PhotoPair[], weighed: readonly Weighed[]): number[] => {
    const logOdds = weighed.flatMap((each) => [...each.logOdds]);
    return some.map(([a, b], i) => shown(encoder, encodings[a]!, encodings[b]!, logOdds[i]!));
  };
  const measured = reliabilityOf(
    { mated: stated(pairs.mated, mated), nonMated: stated(pairs.nonMated, nonMated) },
    prior,
  );
  const { source, warnings } = mated[0]!;
  const counts = { mated: pairs.mated.length, nonMated: pairs.nonMated.length };
  return { reliability: { source, prior, ...counts, ...mutable(measured) }, warnings };
}

function weigher(
  host: Pick<ModelHost, 'request'>,
  encodings: Encodings,
  total: number,
  call: CallOptions,
) {
  let done = 0;
  return async (pairs: readonly PhotoPair[]): Promise<readonly Weighed[]> => {
    const answers: Weighed[] = [];
    for (let start = 0; start < pairs.length; start += PAIRS_AT_ONCE) {
      throwIfCancelled(call.signal);
      const some = pairs.slice(start, start + PAIRS_AT_ONCE);
      const payload = { a: rows(some, 0, encodings), b: rows(some, 1, encodings) };
      answers.push(await host.request('weighPairs', payload, signalOf(call)));
      done += some.length;
      call.onProgress?.({ stage: 'Weighing pairs', done, total });
    }
    return answers;
  };
}

/** float32[pairs × dimension]. */
function rows(pairs: readonly PhotoPair[], side: 0 | 1, encodings: Encodings): Float32Array {
  const parts = pairs.map((pair) => encodings[pair[side]]!);
  const dimension = parts[0]!.length;
  const whole = new Float32Array(parts.length * dimension);
  parts.forEach((part, row) => whole.set(part, row * dimension));
  return whole;
}

/** What `verify` says of the pair where no other threshold is asked for. */
function shown(
  { thresholds, probability: curve }: EncoderInfo,
  a: Float32Array,
  b: Float32Array,
  logOdds: number,
): number {
  const pair = { distance: distanceBetween(a, b), logOdds, threshold: thresholds.verification };
  return decide([pair], { people: 1, curve }).probabilities[0]!;
}

const mutable = ({ bins, ...measured }: Reliability) => ({
  ...measured,
  bins: bins.map((bin) => ({ ...bin })),
});
