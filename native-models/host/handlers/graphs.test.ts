import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommandPayload } from '../../../contract/commands.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { float32 } from '../../graph/tensor.ts';
import { writeOnnx } from '../../onnx/write.ts';
import { matmul } from '../../ops/products.ts';
import { reduceSum } from '../../ops/reductions.ts';
import { operators } from '../../ops/registry.ts';
import { sigmoid } from '../../ops/activations.ts';
import type { RequestContext } from '../../../contract/rpc.ts';
import { createContext } from '../context.ts';
import { graphHandlers } from './graphs.ts';

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'likeness-graphs-'));
  file = path.join(folder, 'layer.onnx');
  await writeFile(file, writeOnnx(sigmoidLayer()));
});
afterAll(() => rm(folder, { recursive: true }));

/** hidden = sigmoid(x · weight), loss = Σ hidden. */
function sigmoidLayer() {
  const builder = new GraphBuilder('layer', operators);
  const x = builder.input('x', 'float32', ['rows', 3]);
  const weight = builder.constant(float32([3, 5], new Float32Array(15).fill(0.1)), 'weight');
  const hidden = sigmoid(builder, matmul(builder, x, weight));
  return builder.build({ hidden, loss: reduceSum(builder, hidden) });
}

const request: RequestContext = {
  signal: new AbortController().signal,
  report: () => undefined,
};
const context = createContext({
  role: 'studio',
  builtInModels: 'none',
  userModels: 'none',
  provider: 'cpu',
});
const show = async (payload: CommandPayload<'graph.show'>) =>
  graphHandlers.showGraph(context, payload, request);
const grad = async (payload: CommandPayload<'graph.grad'>) =>
  graphHandlers.gradGraph(context, payload, request);

describe('showGraph', () => {
  test('prints every line and counts what it costs', async () => {
    const report = await show({ file, sizes: { rows: 4 } });
    expect(report.text.split('\n')).toContain('input    x: float32[4, 3]');
    expect(report).toMatchObject({
      name: 'layer',
      parameters: 15,
      openDimensions: [],
      // 4 · 3 · 5 multiply-accumulates.
      flops: 120,
      // The product and its sigmoid, 4 × 5 numbers each.
      activationBytes: 160,
    });
  });

  test('leaves open what the open dimensions decide', async () => {
    const report = await show({ file, sizes: {} });
    expect(report).toMatchObject({ openDimensions: ['rows'], flops: null, activationBytes: null });
    expect(report.inputs).toEqual([{ name: 'x', type: 'float32', shape: ['rows', 3] }]);
  });

  test('refuses a dimension that there is not, and says which there are', async () => {
    await expect(show({ file, sizes: { columns: 4 } })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('There are: rows') as string,
    });
  });

  test.each([
    ['', 'file_empty'],
    ['{"this": "is no ONNX"}', 'model_corrupt'],
  ])('refuses a file that holds %j', async (content, code) => {
    const other = path.join(folder, 'other.onnx');
    await writeFile(other, content);
    const refusal = show({ file: other, sizes: {} });
    await expect(refusal).rejects.toMatchObject({ code, details: { file: other } });
  });
});

describe('gradGraph', () => {
  test('differentiates a scalar by an input and by a weight', async () => {
    const sizes = { rows: 4 };
    const report = await grad({ file, sizes, loss: 'loss', variables: ['x', 'weight'] });
    expect(report).toMatchObject({ loss: 'loss', variables: ['x', 'weight'], seed: null });
    expect(report.outputs).toEqual([
      { name: 'loss', type: 'float32', shape: expect.anything() as number[] },
      { name: 'd_x', type: 'float32', shape: [4, 3] },
      { name: 'd_weight', type: 'float32', shape: [3, 5] },
    ]);
    // Forward once, backward by both factors of the product.
    expect(report.flops).toBe(3 * 120);
  });

  test('takes the gradient by an output of several numbers as an input', async () => {
    const report = await grad({ file, sizes: { rows: 4 }, loss: 'hidden' });
    expect(report).toMatchObject({ variables: ['x'], seed: 'd_hidden' });
    expect(report.inputs.map(({ name }) => name)).toEqual(['x', 'd_hidden']);
  });

  test('wants to know which of several outputs', async () => {
    await expect(grad({ file, sizes: {} })).rejects.toMatchObject({
      code: 'invalid_input',
      details: { outputs: ['hidden', 'loss'] },
    });
  });

  test.each([
    [{ loss: 'cost' }, 'no output cost'],
    [{ loss: 'loss', variables: ['bias'] }, 'no value named bias'],
    [{ loss: 'hidden', variables: ['loss'] }, 'loss'],
  ])('refuses %o', async (wanted, reason) => {
    const refusal = grad({ file, sizes: {}, ...wanted });
    await expect(refusal).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining(reason) as string,
    });
  });
});
