import { OperatorRegistry } from '../graph/operator.ts';
import { absOperator } from './abs.ts';
import { addOperator } from './add.ts';
import { andOperator } from './and.ts';
import { averagePoolOperator } from './average-pool.ts';
import { batchNormalizationOperator } from './batch-normalization.ts';
import { castOperator } from './cast.ts';
import { ceilOperator } from './ceil.ts';
import { clipOperator } from './clip.ts';
import { concatOperator } from './concat.ts';
import { convTransposeOperator } from './conv-transpose.ts';
import { convOperator } from './conv.ts';
import { divideOperator } from './divide.ts';
import { dropoutOperator } from './dropout.ts';
import { eluOperator } from './elu.ts';
import { equalOperator } from './equal.ts';
import { erfOperator } from './erf.ts';
import { expOperator } from './exp.ts';
import { expandOperator } from './expand.ts';
import { flattenOperator } from './flatten.ts';
import { floorOperator } from './floor.ts';
import { gatherElementsOperator } from './gather-elements.ts';
import { gatherOperator } from './gather.ts';
import { gemmOperator } from './gemm.ts';
import { globalAveragePoolOperator } from './global-average-pool.ts';
import { globalMaxPoolOperator } from './global-max-pool.ts';
import { greaterOrEqualOperator } from './greater-or-equal.ts';
import { greaterOperator } from './greater.ts';
import { hardSigmoidOperator } from './hard-sigmoid.ts';
import { identityOperator } from './identity.ts';
import { instanceNormalizationOperator } from './instance-normalization.ts';
import { leakyReluOperator } from './leaky-relu.ts';
import { lessOrEqualOperator } from './less-or-equal.ts';
import { lessOperator } from './less.ts';
import { logSoftmaxOperator } from './log-softmax.ts';
import { logOperator } from './log.ts';
import { lpNormalizationOperator } from './lp-normalization.ts';
import { matmulOperator } from './matmul.ts';
import { maxPoolOperator } from './max-pool.ts';
import { maximumOperator } from './maximum.ts';
import { minimumOperator } from './minimum.ts';
import { multiplyOperator } from './multiply.ts';
import { negateOperator } from './negate.ts';
import { notOperator } from './not.ts';
import { orOperator } from './or.ts';
import { padOperator } from './pad.ts';
import { powerOperator } from './power.ts';
import { preluOperator } from './prelu.ts';
import { reciprocalOperator } from './reciprocal.ts';
import { reduceL2Operator } from './reduce-l2.ts';
import { reduceMaxOperator } from './reduce-max.ts';
import { reduceMeanOperator } from './reduce-mean.ts';
import { reduceMinOperator } from './reduce-min.ts';
import { reduceSumSquareOperator } from './reduce-sum-square.ts';
import { reduceSumOperator } from './reduce-sum.ts';
import { reluOperator } from './relu.ts';
import { reshapeOperator } from './reshape.ts';
import { resizeOperator } from './resize.ts';
import { scatterElementsOperator } from './scatter-elements.ts';
import { shapeOperator } from './shape.ts';
import { sigmoidOperator } from './sigmoid.ts';
import { signOperator } from './sign.ts';
import { sliceOperator } from './slice.ts';
import { softmaxOperator } from './softmax.ts';
import { splitOperator } from './split.ts';
import { sqrtOperator } from './sqrt.ts';
import { squeezeOperator } from './squeeze.ts';
import { subtractOperator } from './subtract.ts';
import { tanhOperator } from './tanh.ts';
import { tileOperator } from './tile.ts';
import { transposeOperator } from './transpose.ts';
import { unsqueezeOperator } from './unsqueeze.ts';
import { whereOperator } from './where.ts';

/** Every operator that graphs may use, by its ONNX type. */
export const operators = new OperatorRegistry([
  absOperator,
  addOperator,
  andOperator,
  averagePoolOperator,
  batchNormalizationOperator,
  castOperator,
  ceilOperator,
  clipOperator,
  concatOperator,
  convTransposeOperator,
  convOperator,
  divideOperator,
  dropoutOperator,
  eluOperator,
  equalOperator,
  erfOperator,
  expOperator,
  expandOperator,
  flattenOperator,
  floorOperator,
  gatherElementsOperator,
  gatherOperator,
  gemmOperator,
  globalAveragePoolOperator,
  globalMaxPoolOperator,
  greaterOrEqualOperator,
  greaterOperator,
  hardSigmoidOperator,
  identityOperator,
  instanceNormalizationOperator,
  leakyReluOperator,
  lessOrEqualOperator,
  lessOperator,
  logSoftmaxOperator,
  logOperator,
  lpNormalizationOperator,
  matmulOperator,
  maxPoolOperator,
  maximumOperator,
  minimumOperator,
  multiplyOperator,
  negateOperator,
  notOperator,
  orOperator,
  padOperator,
  powerOperator,
  preluOperator,
  reciprocalOperator,
  reduceL2Operator,
  reduceMaxOperator,
  reduceMeanOperator,
  reduceMinOperator,
  reduceSumSquareOperator,
  reduceSumOperator,
  reluOperator,
  reshapeOperator,
  resizeOperator,
  scatterElementsOperator,
  shapeOperator,
  sigmoidOperator,
  signOperator,
  sliceOperator,
  softmaxOperator,
  splitOperator,
  sqrtOperator,
  squeezeOperator,
  subtractOperator,
  tanhOperator,
  tileOperator,
  transposeOperator,
  unsqueezeOperator,
  whereOperator,
]);
