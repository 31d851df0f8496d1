import { int } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { dataTypeCodes, dataTypeOf, type DataType } from '../graph/tensor.ts';
import { unaryRule } from './rules.ts';

export const castOperator: OperatorDefinition = {
  op: 'Cast',
  arity: [1, 1],
  attributes: { to: 'int' },
  shape: (context) => {
    const code = context.int('to', 0);
    const type =
      dataTypeOf(code) ??
      context.refuse('wrong_type', `cannot make elements of the ONNX type ${code}`);
    return [{ type, shape: context.input(0).shape }];
  },
  gradient: unaryRule((b, { x, gradient }) => cast(b, gradient, x.type)),
};

/** The same values as another element type. */
export function cast(builder: Builder, x: Value, to: DataType): Value {
  return builder.apply('Cast', [x], { to: int(dataTypeCodes[to]) });
}
