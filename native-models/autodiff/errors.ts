export type GradientErrorCode =
  | 'unknown_value'
  | 'loss_not_scalar'
  | 'not_continuous'
  | 'missing_rule'
  | 'not_differentiable'
  | 'independent_variable'
  | 'wrong_rule';

/** A gradient that cannot be had: the message names the value or the operator that is in the way. */
export class GradientError extends Error {
  override readonly name = 'GradientError';
  readonly code: GradientErrorCode;

  constructor(code: GradientErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
