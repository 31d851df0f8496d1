export type GraphErrorCode =
  | 'unknown_operator'
  | 'duplicate_operator'
  | 'duplicate_name'
  | 'foreign_value'
  | 'wrong_inputs'
  | 'wrong_attribute'
  | 'wrong_type'
  | 'shape_mismatch'
  | 'unknown_dimension'
  | 'invalid_tensor'
  | 'invalid_name';

/** A graph that cannot be: the message names the operator, what was expected and what came. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly code: GraphErrorCode;

  constructor(code: GraphErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
