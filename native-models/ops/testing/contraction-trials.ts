import { int, type Value } from '../../graph/graph.ts';
import { gemm, matmul } from '../products.ts';
import { reduce } from '../reductions.ts';
import { trialsOf, type OperatorTrial, type Trial } from './trial.ts';

const alongAxis =
  (op: string): OperatorTrial =>
  (trial) => {
    const shape = trial.shape();
    const axis = int(trial.axis(shape.length));
    return trial.builder.apply(op, [trial.floats(shape)], { axis });
  };

const reduction =
  (op: string): OperatorTrial =>
  (trial) => {
    const shape = trial.shape();
    const axes = trial.axes(shape.length);
    const keepAxes = trial.random.chance();
    const all = trial.random.chance(0.2);
    return reduce(trial.builder, op, trial.floats(shape), { ...(all ? {} : { axes }), keepAxes });
  };

function matrixProduct(trial: Trial): Value {
  const [rows, inner, columns] = trial.random.list(3, 1, 5) as [number, number, number];
  const batch = trial.shape(0, 2);
  const left = trial.random.chance(0.2) ? [inner] : [...batch, rows, inner];
  const right = trial.random.chance(0.2)
    ? [inner]
    : [...trial.broadcastable(batch), inner, columns];
  return matmul(trial.builder, trial.floats(left), trial.floats(right));
}

function generalProduct(trial: Trial): Value {
  const { random } = trial;
  const [rows, inner, columns] = random.list(3, 1, 5) as [number, number, number];
  const transposeA = random.chance();
  const transposeB = random.chance();
  const a = trial.floats(transposeA ? [inner, rows] : [rows, inner]);
  if (transposeA !== transposeB && random.chance(0.3))
    return gemm(trial.builder, a, a, { transposeA, transposeB, alpha: 0.5 });
  const b = trial.floats(transposeB ? [columns, inner] : [inner, columns]);
  const c = trial.floats(trial.broadcastable([rows, columns]));
  return gemm(trial.builder, a, b, { c, transposeA, transposeB, alpha: 0.5, beta: 2 });
}

/** Operators that fold or weigh whole axes. */
export const contractionTrials: Readonly<Record<string, OperatorTrial>> = {
  ...trialsOf(['ReduceL2', 'ReduceMax', 'ReduceMean', 'ReduceMin'], reduction),
  ...trialsOf(['ReduceSum', 'ReduceSumSquare'], reduction),
  ...trialsOf(['Softmax', 'LogSoftmax', 'LpNormalization'], alongAxis),
  MatMul: matrixProduct,
  Gemm: generalProduct,
};
