import { describe, expect, it } from 'vitest';
import type { Value } from '../graph/graph.ts';
import { concreteShape } from '../graph/rewrite.ts';
import { writeOnnx } from '../onnx/write.ts';
import { Runtime } from '../runtime/runtime.ts';
import { operators } from './registry.ts';
import { operatorTrials } from './testing/operator-trials.ts';
import { RandomSource } from './testing/random-source.ts';
import { Trial } from './testing/trial.ts';

const TRIALS = 24;
const runtime = new Runtime({ provider: 'cpu', threads: 1 });

/** Each operator with random shapes and parameters: what its rule says against what comes out. */
describe('shape rules say what ONNX Runtime does', () => {
  it('for every operator of the registry', () => {
    expect(Object.keys(operatorTrials).sort()).toEqual([...operators.names()].sort());
  });

  it.each(Object.entries(operatorTrials))('%s', async (_, apply) => {
    for (let seed = 1; seed <= TRIALS; seed++) {
      const trial = new Trial(new RandomSource(seed));
      const outputs = [apply(trial)].flat() as readonly Value[];
      expect(await runTypes(trial, outputs), `seed ${seed}`).toEqual(outputs.map(typeText));
    }
  });
});

async function runTypes(trial: Trial, outputs: readonly Value[]): Promise<readonly string[]> {
  const graph = trial.builder.build(
    Object.fromEntries(outputs.map((value) => [value.name, value])),
  );
  const used = new Set(graph.inputs.map(({ name }) => name));
  const feeds = Object.fromEntries(Object.entries(trial.feeds).filter(([name]) => used.has(name)));
  const session = await runtime.open({ bytes: writeOnnx(graph), name: 'trial' });
  const results = await session.run(feeds);
  await session.dispose();
  return outputs.map(({ name }) => typeText({ ...results[name]!, name }));
}

function typeText(value: Value): string {
  return `${value.type}[${concreteShape(value).join(', ')}]`;
}
