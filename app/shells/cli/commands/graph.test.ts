import { describe, expect, test } from 'vitest';
import type { CommandOutput } from '../../../../contract/commands.ts';
import { commandLine } from '../testing/command-line.ts';

const report: CommandOutput<'graph.show'> = {
  name: 'layer',
  text: 'graph layer\ninput    x: float32[4, 3]\n',
  inputs: [{ name: 'x', type: 'float32', shape: [4, 3] }],
  outputs: [{ name: 'y', type: 'float32', shape: [4, 5] }],
  nodes: 2,
  parameters: 1500,
  openDimensions: [],
  assumed: {},
  flops: 120,
  activationBytes: 160,
};

describe('graph show', () => {
  test('passes sizes on, prints the text and then the numbers', async () => {
    const argv = ['graph', 'show', 'a.onnx', '--dim', 'height=64', '--dim', 'width=48'];
    const { exitCode, stdout, calls } = await commandLine(argv, { 'graph.show': () => report });
    expect(exitCode).toBe(0);
    const input = { file: 'a.onnx', sizes: { height: 64, width: 48 } };
    expect(calls).toEqual([{ name: 'graph.show', input }]);
    expect(stdout).toBe(
      `${report.text}\nlayer: 2 nodes, 1,500 parameters, 120 floating-point operations, 160 B of activations at most\n`,
    );
  });

  test('says what is missing for the costs', async () => {
    const open = { ...report, openDimensions: ['rows'], flops: null, activationBytes: null };
    const fakes = { 'graph.show': () => open };
    const { stdout } = await commandLine(['graph', 'show', 'a.onnx'], fakes);
    expect(stdout).toContain('give rows with --dim');
  });

  test.each(['height', 'height=', 'height=0', 'height=-3', '=4', 'height=4.5'])(
    'refuses --dim %s',
    async (dim) => {
      const { exitCode, stderr } = await commandLine(['graph', 'show', 'a.onnx', '--dim', dim]);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('height=512');
    },
  );
});

test('graph grad names loss and variables, and where the seed goes in', async () => {
  const argv = ['graph', 'grad', 'a.onnx', '--loss', 'y', '--wrt', 'x', '--wrt', 'w'];
  const output = { ...report, loss: 'y', variables: ['x', 'w'], seed: 'd_y' };
  const { stdout, calls } = await commandLine(argv, { 'graph.grad': () => output });
  const input = { file: 'a.onnx', sizes: {}, loss: 'y', variables: ['x', 'w'] };
  expect(calls).toEqual([{ name: 'graph.grad', input }]);
  expect(stdout).toContain('d y / d x, w; d_y takes the gradient by y');
});
