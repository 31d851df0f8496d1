export type OnnxErrorCode =
  | 'not_onnx'
  | 'external_data'
  | 'unsupported_version'
  | 'unsupported_type'
  | 'unsupported_feature'
  | 'invalid_model';

/** A file that cannot be read as a graph: the message names the part and what is wrong with it. */
export class OnnxError extends Error {
  override readonly name = 'OnnxError';
  readonly code: OnnxErrorCode;

  constructor(code: OnnxErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
