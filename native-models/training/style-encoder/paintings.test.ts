import { expect, test } from 'vitest';
import { RandomStream } from '../../../foundation/random.ts';
import { float32 } from '../../graph/tensor.ts';
import { checkTrainingGradient } from '../testing/check-training-gradient.ts';
import { CANVAS, gramShapes, paintingGraph } from './paintings.ts';
import { emptyWeights, shownLayers, styleStudent } from './networks.ts';
import { filterBankTeacher } from './testing/teachers.ts';

const shape = {
  channels: [[4, 4], [6]],
  taught: ['relu1_1', 'relu2_1'],
  painted: { relu1_1: 1, relu1_2: 2, relu2_1: 0.5 },
};
const student = styleStudent(
  'student',
  emptyWeights(shape),
  shownLayers(shape).map(({ output }) => output),
);
const input = { ...filterBankTeacher.manifest.input, name: 'image', std: [60, 60, 60] as const };
const { graph, forward } = paintingGraph(student, { input, shape, side: 8 });

/** A picture from 0 to 1, weights that keep the size of activations, Gram matrices of any kind. */
const feeds = Object.fromEntries(
  graph.inputs.map(({ name, shape: extents }) => {
    const random = new RandomStream(6, name);
    const numbers = extents as number[];
    const length = numbers.reduce((product, extent) => product * extent, 1);
    const spread = Math.sqrt(length / numbers[0]!);
    const values = Float32Array.from({ length }, () =>
      name === CANVAS ? random.uniform() : random.normal() / spread,
    );
    return [name, float32(numbers, values)] as const;
  }),
);

test('the student’s layers are compared as they are painted with', () => {
  expect(gramShapes(shape)).toEqual({
    'wanted.relu1_1': [4, 4],
    'wanted.relu1_2': [4, 4],
    'wanted.relu2_1': [6, 6],
  });
  expect(Object.keys(feeds)).toEqual(
    expect.arrayContaining([
      CANVAS,
      ...Object.keys(gramShapes(shape)),
      ...student.constants.keys(),
    ]),
  );
});

test('its derivative by the canvas agrees with central differences', async () => {
  const plan = { graph, forward, watched: [], statistics: [] };
  const deviations = await checkTrainingGradient(plan, [CANVAS], feeds);
  expect(deviations.get(CANVAS)).toBeLessThan(1e-3);
});
