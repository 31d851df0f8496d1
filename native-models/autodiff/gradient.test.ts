import { describe, expect, it } from 'vitest';
import { int, type Graph, type Value } from '../graph/graph.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { OperatorRegistry, type OperatorDefinition } from '../graph/operator.ts';
import { float32, scalar, type Tensor } from '../graph/tensor.ts';
import { writeOnnx } from '../onnx/write.ts';
import { add, floor, multiply } from '../ops/arithmetic.ts';
import { greater, where } from '../ops/comparisons.ts';
import { matmul } from '../ops/products.ts';
import { reduceSum } from '../ops/reductions.ts';
import { operators } from '../ops/registry.ts';
import { relu, tanh } from '../ops/activations.ts';
import { Runtime } from '../runtime/runtime.ts';
import { gradient, vectorJacobianProduct } from './gradient.ts';

const runtime = new Runtime({ provider: 'cpu', threads: 1 });

async function run(graph: Graph, feeds: Readonly<Record<string, Tensor>>) {
  const session = await runtime.open({ bytes: writeOnnx(graph), name: graph.name });
  const results = await session.run(feeds);
  await session.dispose();
  return Object.fromEntries(
    Object.entries(results).map(([name, { shape, data }]) => [
      name,
      { shape, values: Array.from<number | bigint, number>(data, Number) },
    ]),
  );
}

/** A graph with the inputs x and w of the given shapes and one output, the sum of what is built. */
function sumOf(
  build: (builder: GraphBuilder, x: Value, w: Value) => Value,
  xShape: readonly (number | string)[] = [3],
  wShape: readonly (number | string)[] = xShape,
): Graph {
  const builder = new GraphBuilder('model', operators);
  const x = builder.input('x', 'float32', xShape);
  const w = builder.input('w', 'float32', wShape);
  const y = build(builder, x, w);
  return builder.build({ loss: reduceSum(builder, y, { keepAxes: false }) });
}

const request = { loss: 'loss', operators };
const opsOf = (graph: Graph) => graph.nodes.map(({ op }) => op);

describe('gradient', () => {
  it('gives the derivative beside the outputs of the graph', async () => {
    const graph = sumOf((b, x, w) => multiply(b, multiply(b, x, x), w));
    const results = await run(gradient(graph, { ...request, variables: ['x', 'w'] }), {
      x: float32([3], [1, 2, 3]),
      w: float32([3], [5, 7, -1]),
    });
    expect(results).toEqual({
      loss: { shape: [], values: [5 + 28 - 9] },
      d_x: { shape: [3], values: [10, 28, -6] },
      d_w: { shape: [3], values: [1, 4, 9] },
    });
  });

  it('adds up what arrives along several paths', async () => {
    const graph = sumOf((b, x, w) => add(b, multiply(b, x, w), add(b, x, x)));
    const { d_x } = await run(gradient(graph, { ...request, variables: ['x'] }), {
      x: float32([3], [1, 2, 3]),
      w: float32([3], [5, 7, -1]),
    });
    expect(d_x?.values).toEqual([7, 9, 1]);
  });

  it.each([
    { wShape: [], sum: [21] },
    { wShape: [3], sum: [5, 7, 9] },
    { wShape: [2, 1], sum: [6, 15] },
    { wShape: [1, 1], sum: [21] },
    { wShape: [1, 2, 1], sum: [6, 15] },
  ])('undoes broadcasting of $wShape', async ({ wShape, sum }) => {
    const graph = sumOf((b, x, w) => multiply(b, x, w), [2, 3], wShape);
    const { d_w } = await run(gradient(graph, { ...request, variables: ['w'] }), {
      x: float32([2, 3], [1, 2, 3, 4, 5, 6]),
      w: float32(wShape, sum),
    });
    expect(d_w).toEqual({ shape: wShape, values: sum });
  });

  it('works while dimensions are open', async () => {
    const graph = sumOf((b, x, w) => tanh(b, matmul(b, x, w)), ['batch', 2], [2, 1]);
    const differentiated = gradient(graph, { ...request, variables: ['w'] });
    const { d_w } = await run(differentiated, {
      x: float32([3, 2], [1, 0, 0, 1, 1, 1]),
      w: float32([2, 1], [0, 0]),
    });
    expect(d_w).toEqual({ shape: [2, 1], values: [2, 2] });
  });

  it('computes nothing that is not asked for', () => {
    const graph = sumOf((b, x, w) => matmul(b, relu(b, x), w), [4, 2], [2, 3]);
    const byWeights = gradient(graph, { ...request, variables: ['w'], keep: [] });
    expect(opsOf(byWeights)).toEqual(['Relu', 'Reshape', 'Expand', 'Transpose', 'MatMul']);
  });

  it('differentiates by constants, and by values in between', async () => {
    const builder = new GraphBuilder('model', operators);
    const x = builder.input('x', 'float32', [2]);
    const squared = builder.apply('Mul', [x, x], {}, 'squared');
    const scaled = multiply(builder, squared, builder.constant(scalar(3), 'factor'));
    const graph = builder.build({ loss: reduceSum(builder, scaled, { keepAxes: false }) });
    const results = await run(
      gradient(graph, { ...request, variables: ['factor', 'squared'], keep: [] }),
      { x: float32([2], [1, 2]) },
    );
    expect(results['d_factor']?.values).toEqual([5]);
    expect(results['d_squared']?.values).toEqual([3, 3]);
  });

  it('passes around what cannot be differentiated', async () => {
    const graph = sumOf((b, x, w) => add(b, floor(b, x), multiply(b, x, w)));
    const { d_x } = await run(gradient(graph, { ...request, variables: ['x'] }), {
      x: float32([3], [1.5, 2.5, 3.5]),
      w: float32([3], [1, 2, 3]),
    });
    expect(d_x?.values).toEqual([1, 2, 3]);
  });
});

describe('vectorJacobianProduct', () => {
  it('takes the gradient by the outputs at run time', async () => {
    const builder = new GraphBuilder('model', operators);
    const x = builder.input('x', 'float32', [2, 2]);
    const graph = builder.build({ y: multiply(builder, x, x) });
    const product = vectorJacobianProduct(graph, { outputs: ['y'], variables: ['x'], operators });
    const { d_x } = await run(product, {
      x: float32([2, 2], [1, 2, 3, 4]),
      d_y: float32([2, 2], [1, 0, 10, -1]),
    });
    expect(d_x?.values).toEqual([2, 0, 60, -8]);
  });
});

describe('refusals', () => {
  const refusal = (graph: Graph, variables: readonly string[], loss = 'loss') =>
    expect(() => gradient(graph, { loss, variables, operators }));

  it('names an operator without a rule', () => {
    const mystery: OperatorDefinition = {
      op: 'Mystery',
      arity: [1, 1],
      attributes: { axis: 'int' },
      shape: ({ inputs }) => [inputs[0]!],
    };
    const known = operators.names().map((op) => operators.get(op));
    const registry = new OperatorRegistry([...known, mystery]);
    const builder = new GraphBuilder('model', registry);
    const x = builder.input('x', 'float32', []);
    const graph = builder.build({ loss: builder.apply('Mystery', [x], { axis: int(0) }, 'y') });
    expect(() => gradient(graph, { loss: 'loss', variables: ['x'], operators: registry })).toThrow(
      'The operator Mystery, which computes loss, has no gradient rule.',
    );
  });

  it('tells a variable that is cut off from one that has no part in it', () => {
    const cut = sumOf((b, x) => floor(b, x));
    refusal(cut, ['x']).toThrow(
      'The loss depends on x only through what cannot be differentiated: Floor.',
    );
    refusal(cut, ['w']).toThrow('The loss does not depend on w.');
    const condition = sumOf((b, x, w) => where(b, greater(b, x, w), w, w));
    refusal(condition, ['x']).toThrow(/cannot be differentiated: Greater/);
  });

  it('wants a scalar loss and names that exist', () => {
    const builder = new GraphBuilder('model', operators);
    const x = builder.input('x', 'float32', ['batch', 2]);
    const graph = builder.build({ y: relu(builder, x) });
    refusal(graph, ['x'], 'y').toThrow('The loss y has the shape [batch, 2]');
    refusal(graph, ['x'], 'z').toThrow('The graph model has no value named z.');
    refusal(graph, ['v'], 'y').toThrow('The graph model has no value named v.');
  });

  it('differentiates by real numbers only', () => {
    const builder = new GraphBuilder('model', operators);
    const count = builder.input('count', 'int64', [2]);
    const x = builder.apply('Cast', [count], { to: int(1) });
    const graph = builder.build({ loss: reduceSum(builder, x, { keepAxes: false }) });
    refusal(graph, ['count']).toThrow('The variable count is int64');
  });
});
