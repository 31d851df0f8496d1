/** float32, row-major. */
export interface ProbeTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** An input or output. A dimension that is chosen at run time is a string, or negative. */
export interface ValueDescription {
  readonly name: string;
  /** Element type, e.g. `float32`. */
  readonly type: string;
  readonly dims: readonly (number | string)[];
}

/** A session, as far as a proof needs it. */
export interface OpenedModel extends AsyncDisposable {
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
  run(
    inputs: Readonly<Record<string, ProbeTensor>>,
  ): Promise<Readonly<Record<string, ProbeTensor>>>;
}

/** Loads ONNX bytes; whoever has the runtime supplies it. */
export type OpenModel = (bytes: Uint8Array) => Promise<OpenedModel>;
