import { describe, expect, test } from 'vitest';
import { openGraph, Runtime } from '../../runtime/runtime.ts';
import { gramOf, relativeDistance } from './train.ts';
import { reduceTeacher, sampleActivations } from './reduction.ts';
import {
  styleStudent,
  feedOf,
  teacherGraph,
  type StudentShape,
  type StyleInput,
} from './networks.ts';
import { filterBankTeacher as teacher } from './testing/teachers.ts';
import { texture } from './testing/textures.ts';

type Taught = Omit<StudentShape, 'painted'>;

const SIDE = 64;
const runtime = new Runtime({ provider: 'cpu', threads: 1 });
const cuts = Array.from({ length: 12 }, (_, seed) => texture(seed, SIDE, SIDE));
const input: StyleInput = { ...teacher.manifest.input, std: [16, 16, 16] };
const reduce = (taught: Taught) => {
  const shape = { ...taught, painted: {} };
  return reduceTeacher({ runtime, teacher, shape, input, cuts, between: () => undefined });
};

/** What teacher and student say of a picture that nothing was fitted on. */
async function saidOf(shape: Taught) {
  const { weights, directions } = await reduce(shape);
  const graph = teacherGraph(teacher, directions, SIDE, (layer) => layer);
  const [own, small] = [
    await openGraph(runtime, graph),
    await openGraph(runtime, styleStudent('student', weights)),
  ];
  const picture = texture(77, SIDE, SIDE);
  const wanted = await own.run(feedOf(teacher.manifest, picture));
  const said = await small.run(feedOf({ input }, picture));
  await Promise.all([own.dispose(), small.dispose()]);
  return (layer: string) => {
    const [a, b] = [said[layer]!.data as Float32Array, wanted[layer]!.data as Float32Array];
    const apart = a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
    return apart / b.reduce((sum, value) => sum + value * value, 0);
  };
}

describe('a student', () => {
  test('with all channels of its teacher says what the teacher says', async () => {
    const shape = { channels: [[32, 32], [64]], taught: ['relu1_1', 'relu2_1'] };
    const deviation = await saidOf(shape);
    expect(deviation('relu1_1')).toBeLessThan(1e-3);
    expect(deviation('relu2_1')).toBeLessThan(1e-2);
  });

  test('with half of them says most of it', async () => {
    const shape = { channels: [[16, 16], [32]], taught: ['relu1_1', 'relu2_1'] };
    const deviation = await saidOf(shape);
    expect(deviation('relu1_1')).toBeLessThan(0.2);
    expect(deviation('relu2_1')).toBeLessThan(0.3);
  });
});

test('in as many directions as there are channels, Gram matrices are as far apart as the teacher has them', async () => {
  const { directions } = await reduce({ channels: [[32, 32], [64]], taught: ['relu2_1'] });
  const turned = await openGraph(
    runtime,
    teacherGraph(teacher, directions, SIDE, (layer) => layer),
  );
  const whole = await openGraph(runtime, teacher.graph);
  const gramBy = async (session: typeof whole, seed: number) => {
    const { relu2_1 } = await session.run(feedOf(teacher.manifest, texture(seed, SIDE, SIDE)));
    return gramOf(relu2_1!.data as Float32Array, 64);
  };
  const apart = async (session: typeof whole) =>
    relativeDistance(await gramBy(session, 0), await gramBy(session, 1));
  const expected = await apart(whole);
  expect(expected).toBeGreaterThan(0.01);
  expect((await apart(turned)) / expected).toBeCloseTo(1, 3);
  await Promise.all([turned.dispose(), whole.dispose()]);
});

test('activations have mean squared length one, and few directions hold most of it', async () => {
  const shape = { channels: [[8, 8], [8, 8], [24]], taught: ['relu3_1'] };
  const { directions } = await reduce(shape);
  expect(directions['relu3_1']!.shape).toEqual([24, 128, 1, 1]);
  const graph = teacherGraph(teacher, directions, SIDE, (layer) => layer);
  const samples = await sampleActivations(runtime, { graph, input: teacher.manifest.input }, cuts);
  const { data, rows } = samples.get('relu3_1')!;
  const length = data.reduce((sum, value) => sum + value * value, 0) / rows;
  expect(length).toBeGreaterThan(0.7);
  expect(length).toBeLessThan(1.05);
});
