import { OperatorRegistry } from '../graph/operator.ts';
import { arithmeticOperators } from './arithmetic.ts';
import { activationOperators } from './activations.ts';
import { comparisonOperators } from './comparisons.ts';
import { reductionOperators } from './reductions.ts';
import { shapeOperators } from './shapes.ts';
import { paddingOperators } from './padding.ts';
import { productOperators } from './products.ts';
import { convolutionOperators } from './convolution.ts';
import { poolingOperators } from './pooling.ts';
import { normalizationOperators } from './normalization.ts';
import { resizeOperators } from './resize.ts';

/** Every operator that graphs may use, by its ONNX type. */
export const operators = new OperatorRegistry([
  ...arithmeticOperators,
  ...activationOperators,
  ...comparisonOperators,
  ...reductionOperators,
  ...shapeOperators,
  ...paddingOperators,
  ...productOperators,
  ...convolutionOperators,
  ...poolingOperators,
  ...normalizationOperators,
  ...resizeOperators,
]);
