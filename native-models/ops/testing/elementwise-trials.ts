import { cast, clip } from '../arithmetic.ts';
import { elu, hardSigmoid, leakyRelu, prelu } from '../activations.ts';
import { where } from '../comparisons.ts';
import { trialsOf, type OperatorTrial } from './trial.ts';

const unary =
  (op: string): OperatorTrial =>
  (trial) =>
    trial.builder.apply(op, [trial.floats(trial.shape(0))]);

const binary =
  (op: string): OperatorTrial =>
  (trial) => {
    const shape = trial.shape(0);
    const sides = trial.random.shuffle([shape, trial.broadcastable(shape)]);
    return trial.builder.apply(
      op,
      sides.map((side) => trial.floats(side)),
    );
  };

const logical =
  (op: string): OperatorTrial =>
  (trial) => {
    const shape = trial.shape();
    return trial.builder.apply(op, [
      trial.booleans(shape),
      trial.booleans(trial.broadcastable(shape)),
    ]);
  };

const variadic =
  (op: string): OperatorTrial =>
  (trial) => {
    const shape = trial.shape();
    const count = trial.random.int(1, 3);
    const others = Array.from({ length: count - 1 }, () => trial.broadcastable(shape));
    return trial.builder.apply(
      op,
      [shape, ...others].map((side) => trial.floats(side)),
    );
  };

/** Functions of single elements, with broadcasting where they take several tensors. */
export const elementwiseTrials: Readonly<Record<string, OperatorTrial>> = {
  ...trialsOf(['Abs', 'Ceil', 'Dropout', 'Erf', 'Exp', 'Floor', 'Identity', 'Log', 'Neg'], unary),
  ...trialsOf(['Reciprocal', 'Relu', 'Sigmoid', 'Sign', 'Sqrt', 'Tanh', 'Shape'], unary),
  ...trialsOf(['Add', 'Sub', 'Mul', 'Div', 'Pow'], binary),
  ...trialsOf(['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'], binary),
  ...trialsOf(['And', 'Or'], logical),
  ...trialsOf(['Max', 'Min'], variadic),
  Not: (trial) => trial.builder.apply('Not', [trial.booleans(trial.shape())]),
  Where: (trial) => {
    const shape = trial.shape();
    const condition = trial.booleans(trial.broadcastable(shape));
    return where(
      trial.builder,
      condition,
      trial.floats(shape),
      trial.floats(trial.broadcastable(shape)),
    );
  },
  PRelu: (trial) => {
    const shape = trial.shape();
    return prelu(trial.builder, trial.floats(shape), trial.floats(trial.broadcastable(shape)));
  },
  LeakyRelu: (trial) => leakyRelu(trial.builder, trial.floats(trial.shape()), 0.1),
  HardSigmoid: (trial) => hardSigmoid(trial.builder, trial.floats(trial.shape()), 0.3, 0.4),
  Elu: (trial) => elu(trial.builder, trial.floats(trial.shape()), 0.5),
  Clip: (trial) => clip(trial.builder, trial.floats(trial.shape(0)), 0.5, 1.5),
  Cast: (trial) =>
    cast(
      trial.builder,
      trial.floats(trial.shape(0)),
      trial.random.pick(['float64', 'int64', 'int32', 'uint8', 'bool'] as const),
    ),
};
