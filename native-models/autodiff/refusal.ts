import type { Node, Value } from '../graph/graph.ts';
import { GradientError } from './errors.ts';
import type { Walk } from './walk.ts';

/** Says why no gradient has arrived at a variable. */
export function refuseWithout({ nodes, operators, seeds }: Walk, { name }: Value): never {
  const affected = reachable(nodes, [name]);
  const between = leadingTo(nodes, [...seeds.keys()]).filter((node) =>
    node.inputs.some((input) => input !== null && affected.has(input.name)),
  );
  if (between.length === 0 && !seeds.has(name))
    throw new GradientError('independent_variable', `The loss does not depend on ${name}.`);
  const culprits = between
    .map(({ op }) => op)
    .filter((op) => operators.get(op).gradient === 'not-differentiable');
  throw new GradientError(
    'not_differentiable',
    `The loss depends on ${name} only through what cannot be differentiated: ${[...new Set(culprits)].join(', ')}.`,
  );
}

/** Names of all values that depend on the given ones. */
function reachable(nodes: readonly Node[], names: readonly string[]): ReadonlySet<string> {
  const found = new Set(names);
  for (const { inputs, outputs } of nodes)
    if (inputs.some((input) => input !== null && found.has(input.name)))
      for (const output of outputs) found.add(output.name);
  return found;
}

/** The nodes that the given values depend on. */
function leadingTo(nodes: readonly Node[], names: readonly string[]): readonly Node[] {
  const needed = new Set(names);
  return nodes.toReversed().filter(({ inputs, outputs }) => {
    if (!outputs.some((output) => needed.has(output.name))) return false;
    for (const input of inputs) if (input !== null) needed.add(input.name);
    return true;
  });
}
