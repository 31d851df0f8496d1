import {
  float,
  int,
  ints,
  string,
  type Attribute,
  type Attributes,
  type Graph,
  type Value,
} from '../graph/graph.ts';
import {
  OnnxError,
  attributeTypeCodes,
  ModelProto,
  type AttributeMessage,
  type NodeMessage,
  type TensorMessage,
  type DimensionMessage,
  type GraphMessage,
  type ModelMessage,
  type ValueInfoMessage,
} from './schema.ts';
import {
  bytesPerElement,
  dataTypeOf,
  tensor,
  float32,
  int64Vector,
  scalar,
  type DataType,
  type Tensor,
} from '../graph/tensor.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Dimension } from '../graph/shape.ts';
import { GraphError } from '../graph/errors.ts';
import type { OperatorRegistry } from '../graph/operator.ts';
import { foldShapes, checkSoftmax, countParts, modernize } from './modernize.ts';

const utf8 = new TextDecoder();

function readAttributes({ name: node, attribute = [] }: NodeMessage): Attributes {
  return Object.fromEntries(
    attribute.map((message) => {
      const name = message.name ?? '';
      return [name, readAttribute(`${node ?? 'A node'}.${name}`, message)];
    }),
  );
}

function readAttribute(path: string, message: AttributeMessage): Attribute {
  const { type = 0, f = 0, i = 0, s = new Uint8Array(), t, floats = [], strings = [] } = message;
  switch (type) {
    case attributeTypeCodes.int:
      return int(Number(i));
    case attributeTypeCodes.float:
      return float(f);
    case attributeTypeCodes.string:
      return string(utf8.decode(s));
    case attributeTypeCodes.ints:
      return ints((message.ints ?? []).map(Number));
    case attributeTypeCodes.floats:
      return { kind: 'floats', value: floats };
    case attributeTypeCodes.strings:
      return { kind: 'strings', value: strings.map((text) => utf8.decode(text)) };
    case attributeTypeCodes.tensor:
      return { kind: 'tensor', value: readTensor({ name: path, ...t }) };
    default:
      throw new OnnxError(
        'unsupported_feature',
        `The attribute ${path} is of the unsupported kind ${type} (a subgraph, perhaps).`,
      );
  }
}

/** `TensorProto.DataLocation.EXTERNAL`. */
const EXTERNAL = 1;

/** A constant of a file. Throws an OnnxError that names it where type, size or place are wrong. */
function readTensor(message: TensorMessage): Tensor {
  const name = message.name ?? 'A tensor';
  refuseExternal(name, message);
  const type = readDataType(name, message.dataType);
  const shape = (message.dims ?? []).map(Number);
  const count = elementCount(name, shape);
  const { rawData } = message;
  const data =
    rawData !== undefined && rawData.length > 0
      ? fromBytes(name, type, count, rawData)
      : fromNumbers(name, type, count, message);
  return tensor(type, shape, data);
}

/** Throws `unsupported_type` for element types that graphs do not have. */
function readDataType(name: string, code = 0): DataType {
  const type = dataTypeOf(code);
  if (type === undefined)
    throw new OnnxError('unsupported_type', `${name} has the unsupported ONNX type ${code}.`);
  return type;
}

function refuseExternal(name: string, { dataLocation, externalData = [] }: TensorMessage): void {
  if (dataLocation !== EXTERNAL) return;
  const file = externalData.find(({ key }) => key === 'location')?.value ?? 'another file';
  throw new OnnxError(
    'external_data',
    `The values of ${name} lie in ${file}. Save the model as one file.`,
  );
}

function elementCount(name: string, shape: readonly number[]): number {
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (!Number.isSafeInteger(count) || shape.some((extent) => extent < 0))
    throw new OnnxError('invalid_model', `${name} has the impossible shape [${shape.join(', ')}].`);
  return count;
}

function fromBytes(name: string, type: DataType, count: number, bytes: Uint8Array): Tensor['data'] {
  expectCount(name, count, bytes.length / bytesPerElement[type]);
  // A copy: the file's bytes are neither aligned nor ours to keep.
  const { buffer } = new Uint8Array(bytes);
  switch (type) {
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return new Float64Array(buffer);
    case 'float16':
      return new Uint16Array(buffer);
    case 'int64':
      return new BigInt64Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'int8':
      return new Int8Array(buffer);
    case 'uint8':
    case 'bool':
      return new Uint8Array(buffer);
  }
}

function fromNumbers(
  name: string,
  type: DataType,
  count: number,
  message: TensorMessage,
): Tensor['data'] {
  const { floatData = [], doubleData = [], int32Data = [], int64Data = [] } = message;
  const checked = <T>(values: readonly T[]): readonly T[] => {
    expectCount(name, count, values.length);
    return values;
  };
  switch (type) {
    case 'float32':
      return Float32Array.from(checked(floatData));
    case 'float64':
      return Float64Array.from(checked(doubleData));
    case 'float16':
      return Uint16Array.from(checked(int32Data));
    case 'int64':
      return BigInt64Array.from(checked(int64Data), BigInt);
    case 'int32':
      return Int32Array.from(checked(int32Data));
    case 'int8':
      return Int8Array.from(checked(int32Data));
    case 'uint8':
    case 'bool':
      return Uint8Array.from(checked(int32Data));
  }
}

function expectCount(name: string, expected: number, came: number): void {
  if (came !== expected)
    throw new OnnxError(
      'invalid_model',
      `${name} should have ${expected} values, but has ${came}.`,
    );
}

/** Operator sets whose nodes can be read; older ones are translated. */
const OLDEST_OPSET = 7;
const NEWEST_OPSET = 22;

/** Numbers for open dimensions, by their names. */
export type Sizes = Readonly<Record<string, number>>;

/**
 * The graph of an ONNX file, its shapes checked anew. Throws an OnnxError where the bytes are no
 * ONNX file, ask for something that graphs do not have, or contradict themselves.
 *
 * @param sizes for open dimensions of its inputs; the others stay open. Some graphs fit certain
 * sizes only, such as multiples of 32, and cannot be checked while they are open.
 */
export function readOnnx(bytes: Uint8Array, operators: OperatorRegistry, sizes: Sizes = {}): Graph {
  const model = decode(bytes);
  if (model.graph === undefined)
    throw new OnnxError('not_onnx', 'The bytes are no ONNX model: there is no graph in them.');
  const version = opsetVersion(model);
  return new GraphReader(model.graph, version, operators, sizes).read();
}

/**
 * The open dimensions of the inputs, by their first axis (the batch) and the others (sizes of
 * pictures as a rule). Throws an OnnxError where the bytes are no ONNX file.
 */
export function openDimensionsOf(bytes: Uint8Array): {
  readonly batch: readonly string[];
  readonly sizes: readonly string[];
} {
  const { input = [] } = decode(bytes).graph ?? {};
  const shapes = input.map(({ name = '', type }) =>
    (type?.tensorType?.shape?.dim ?? []).map((dim, axis) => readDimension(dim, `${name}_${axis}`)),
  );
  const open = (dimensions: readonly Dimension[]) => [
    ...new Set(dimensions.filter((dimension) => typeof dimension === 'string')),
  ];
  return {
    batch: open(shapes.flatMap((shape) => shape.slice(0, 1))),
    sizes: open(shapes.flatMap((shape) => shape.slice(1))),
  };
}

function decode(bytes: Uint8Array): ModelMessage {
  try {
    return ModelProto.toObject(ModelProto.decode(bytes), { longs: String });
  } catch (cause) {
    throw new OnnxError('not_onnx', 'The bytes are no ONNX model, or the file is damaged.', cause);
  }
}

function opsetVersion({ opsetImport = [] }: ModelMessage): number {
  const own = opsetImport.find(({ domain = '' }) => domain === '' || domain === 'ai.onnx');
  const version = Number(own?.version ?? 0);
  if (version < OLDEST_OPSET || version > NEWEST_OPSET)
    throw new OnnxError(
      'unsupported_version',
      `The model uses ONNX operator set ${version}; ${OLDEST_OPSET} to ${NEWEST_OPSET} can be read.`,
    );
  return version;
}

/** Operators whose further inputs say of what shape, or where. */
const TAKES_SHAPE = new Set(['Reshape', 'Expand', 'Tile', 'Slice', 'Resize', 'Pad', 'Unsqueeze']);

/** Feeds the nodes of a file to a builder. */
class GraphReader {
  readonly #message: GraphMessage;
  readonly #version: number;
  readonly #builder: GraphBuilder;
  readonly #sizes: Sizes;
  /** Computed values that do not depend on what the graph is fed. */
  readonly #known = new Map<string, Tensor>();
  readonly #values = new Map<string, Value>();

  constructor(message: GraphMessage, version: number, operators: OperatorRegistry, sizes: Sizes) {
    this.#sizes = sizes;
    this.#message = message;
    this.#version = version;
    this.#builder = new GraphBuilder(message.name ?? 'graph', operators);
  }

  read(): Graph {
    const { sparseInitializer = [], initializer = [], input = [], node = [] } = this.#message;
    if (sparseInitializer.length > 0)
      throw new OnnxError('unsupported_feature', 'The model has sparse tensors.');
    explain('The model', () => {
      for (const message of initializer) this.#constant(message.name ?? '', readTensor(message));
      for (const message of input) this.#input(message);
    });
    for (const message of node) explain(describe(message), () => this.#node(message));
    return explain('The model', () => this.#builder.build(this.#outputs()));
  }

  #constant(name: string, value: Tensor): void {
    this.#values.set(name, this.#builder.constant(value, name));
  }

  #input({ name = '', type }: ValueInfoMessage): void {
    // Older files list constants among the inputs.
    if (this.#values.has(name)) return;
    const shape = type?.tensorType?.shape;
    if (shape === undefined)
      throw new OnnxError('unsupported_feature', `The input ${name} has no tensor shape.`);
    const dimensions = (shape.dim ?? []).map((dim, axis) => {
      const dimension = readDimension(dim, `${name}_${axis}`);
      return typeof dimension === 'string' ? (this.#sizes[dimension] ?? dimension) : dimension;
    });
    const elementType = readDataType(name, type?.tensorType?.elemType);
    this.#values.set(name, this.#builder.input(name, elementType, dimensions));
  }

  #node(message: NodeMessage): void {
    const { opType: op = '', domain = '', input = [], output = [] } = message;
    if (domain !== '' && domain !== 'ai.onnx')
      throw new OnnxError('unsupported_feature', `The operator ${domain}.${op} is not known.`);
    const attributes = readAttributes(message);
    if (op === 'Constant') {
      this.#constant(output[0] ?? '', constantValue(attributes));
      return;
    }
    const inputs = input.map((name) => (name === '' ? null : this.#value(name)));
    const folded = foldShapes(op, inputs, attributes, (value) => this.#knownOf(value));
    if (folded !== null && output.length === 1) this.#known.set(output[0]!, folded);
    const named = output.slice(0, output.findLastIndex((name) => name !== '') + 1);
    this.#apply(op, TAKES_SHAPE.has(op) ? this.#asConstants(inputs) : inputs, attributes, named);
  }

  #knownOf(value: Value): Tensor | null {
    return this.#builder.constantOf(value) ?? this.#known.get(value.name) ?? null;
  }

  /** Whatever is known of the inputs behind the first, as constants; what computed it is not needed. */
  #asConstants(inputs: readonly (Value | null)[]): (Value | null)[] {
    return inputs.map((value, i) => {
      const known = i === 0 || value === null ? undefined : this.#known.get(value.name);
      return known === undefined ? value : this.#builder.constant(known);
    });
  }

  #apply(
    op: string,
    inputs: (Value | null)[],
    given: Attributes,
    outputNames: readonly string[],
  ): void {
    const { attributes, constants } = modernize(op, given);
    for (const [place, constant] of constants) {
      while (inputs.length < place) inputs.push(null);
      inputs[place] = this.#builder.constant(constant);
    }
    const current = this.#currentAttributes(op, attributes, inputs, outputNames.length);
    const outputs = this.#builder.applyAll(op, inputs, current, outputNames);
    const surplus = outputNames[outputs.length];
    if (surplus !== undefined)
      throw new OnnxError('unsupported_feature', `The output ${surplus} is not supported.`);
    for (const value of outputs) this.#values.set(value.name, value);
  }

  #currentAttributes(
    op: string,
    attributes: Attributes,
    inputs: readonly (Value | null)[],
    outputs: number,
  ): Attributes {
    const [x] = inputs;
    if (op.endsWith('Softmax') && x) return checkSoftmax(this.#version, attributes, x);
    return countParts(op, attributes, inputs.length, outputs);
  }

  #outputs(): Record<string, Value> {
    const names = (this.#message.output ?? []).map(({ name = '' }) => name);
    return Object.fromEntries(names.map((name) => [name, this.#value(name)]));
  }

  #value(name: string): Value {
    const value = this.#values.get(name);
    if (value === undefined)
      throw new OnnxError('invalid_model', `The value ${name} is used before it is computed.`);
    return value;
  }
}

function readDimension({ dimValue, dimParam }: DimensionMessage, unnamed: string): Dimension {
  const extent = Number(dimValue ?? 0);
  if (extent > 0) return extent;
  // Exporters write an open dimension as a name, as −1 or not at all.
  return dimParam === undefined || dimParam === '' ? unnamed : dimParam;
}

function constantValue(attributes: Attributes): Tensor {
  const [attribute] = Object.values(attributes);
  switch (attribute?.kind) {
    case 'tensor':
      return attribute.value;
    case 'float':
      return scalar(attribute.value);
    case 'floats':
      return float32([attribute.value.length], attribute.value);
    case 'int':
      return tensor('int64', [], BigInt64Array.of(BigInt(attribute.value)));
    case 'ints':
      return int64Vector(attribute.value);
    case 'string':
    case 'strings':
    case undefined:
      throw new OnnxError('unsupported_feature', 'A constant without numbers is not supported.');
  }
}

function describe({ opType = 'node', name = '', output = [] }: NodeMessage): string {
  return `The node ${name === '' ? (output[0] ?? opType) : name}`;
}

/** Adds to an error of the builder which part of the file it is about. */
function explain<T>(part: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof GraphError)) throw cause;
    const code = cause.code === 'unknown_operator' ? 'unsupported_feature' : 'invalid_model';
    throw new OnnxError(code, `${part} cannot be read: ${cause.message}`, cause);
  }
}
