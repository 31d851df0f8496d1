import type { Evaluation } from '../../contract/commands.ts';
import {
  reliabilityOf,
  type Reliability,
} from '../../../native-models/evaluation/verifier/reliability.ts';
import { probabilityOfLogOdds } from '../../../native-models/evaluation/verifier/verifier.ts';
import type { HostResult, ModelHost } from '../../model-host/types.ts';
import { signalOf } from '../analysis.ts';
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
 * How far the probability is to be trusted that is shown for two faces: the host weighs pairs of the
 * plan as it does for `verify`. Pairs with a photo without a face have no probability.
 *
 * @throws LikenessError `cancelled`.
 */
export async function judgeProbability(
  host: Pick<ModelHost, 'request'>,
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
  const measured = reliabilityOf({ mated: stated(mated), nonMated: stated(nonMated) });
  const { source, warnings } = mated[0]!;
  const counts = { mated: pairs.mated.length, nonMated: pairs.nonMated.length };
  return { reliability: { source, ...counts, ...mutable(measured) }, warnings };
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

const stated = (weighed: readonly Weighed[]): number[] =>
  weighed.flatMap(({ logOdds }) => [...logOdds].map(probabilityOfLogOdds));

const mutable = ({ bins, ...measured }: Reliability) => ({
  ...measured,
  bins: bins.map((bin) => ({ ...bin })),
});
