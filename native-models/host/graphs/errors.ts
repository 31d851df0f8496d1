import { LikenessError, type ErrorCode } from '../../../contract/errors.ts';
import { GradientError, type GradientErrorCode } from '../../autodiff/gradient.ts';
import { GraphError, type GraphErrorCode } from '../../graph/errors.ts';
import { OnnxError, type OnnxErrorCode } from '../../onnx/schema.ts';

const onnxCodes: Readonly<Record<OnnxErrorCode, ErrorCode>> = {
  not_onnx: 'model_corrupt',
  invalid_model: 'model_corrupt',
  external_data: 'model_incompatible',
  unsupported_version: 'model_incompatible',
  unsupported_type: 'model_incompatible',
  unsupported_feature: 'model_incompatible',
};

const gradientCodes: Readonly<Record<GradientErrorCode, ErrorCode>> = {
  unknown_value: 'invalid_input',
  loss_not_scalar: 'invalid_input',
  not_continuous: 'invalid_input',
  independent_variable: 'invalid_input',
  missing_rule: 'not_differentiable',
  not_differentiable: 'not_differentiable',
  wrong_rule: 'internal',
};

/** What the pure folders throw about the graph of `file`, with a code of the application. */
export function asGraphRefusal(thrown: unknown, file: string): unknown {
  if (thrown instanceof OnnxError) return refusal(onnxCodes[thrown.code], thrown, file);
  if (thrown instanceof GradientError) return refusal(gradientCodes[thrown.code], thrown, file);
  if (thrown instanceof GraphError) return refusal(graphCode(thrown.code), thrown, file);
  return thrown;
}

const refusal = (code: ErrorCode, cause: Error & { readonly code: string }, file: string) =>
  new LikenessError(code, `${file}: ${cause.message}${hints[cause.code] ?? ''}`, {
    details: { file, reason: cause.code },
    cause,
  });

const hints: Readonly<Record<string, string>> = {
  unknown_dimension: ' Give it a size.',
};

/** Dimensions are what a caller chooses; the rest is the file's. */
const graphCode = (code: GraphErrorCode): ErrorCode =>
  code === 'unknown_dimension' || code === 'shape_mismatch'
    ? 'invalid_input'
    : 'model_incompatible';
