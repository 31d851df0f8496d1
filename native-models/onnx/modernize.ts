import {
  int,
  type Attributes,
  type Value,
  type Attribute,
  type TensorType,
} from '../graph/graph.ts';
import { isConcrete } from '../graph/shape.ts';
import {
  tensor,
  toNumbers,
  int64Vector,
  scalar,
  dataTypeCodes,
  type Tensor,
} from '../graph/tensor.ts';
import { OnnxError, ModelProto } from './schema.ts';

/**
 * Exporters compute the shapes that they reshape to: Shape, Gather, Concat and so on, over a handful
 * of integers. Where these are known they are worked out while reading, so that a reshape finds a
 * constant.
 *
 * @param constantOf what a value is known to be; null where it depends on the inputs of the graph
 * @returns null where the node is no such computation, or something is not known
 */
export function foldShapes(
  op: string,
  inputs: readonly (Value | null)[],
  attributes: Attributes,
  constantOf: (value: Value) => Tensor | null,
): Tensor | null {
  const [x] = inputs;
  if (x === null || x === undefined) return null;
  if (op === 'Shape') {
    const { shape } = x;
    return isConcrete(shape) && Object.keys(attributes).length === 0 ? vector(shape) : null;
  }
  const known = inputs.map((value) => (value === null ? null : constantOf(value)));
  if (
    !known.every((value) => value !== null && value.type === 'int64' && value.data.length <= MOST)
  )
    return null;
  const values = known.map((value) => toNumbers(value!));
  return compute(op, known as readonly Tensor[], values, attributes);
}

/** More integers are no shape. */
const MOST = 64;

function compute(
  op: string,
  [x, ...others]: readonly Tensor[],
  [a, b, ...rest]: readonly (readonly number[])[],
  attributes: Attributes,
): Tensor | null {
  if (x === undefined || a === undefined) return null;
  const axis = attributes['axis']?.kind === 'int' ? attributes['axis'].value : 0;
  switch (op) {
    case 'Concat':
      return axis === 0 ? vector([a, b ?? [], ...rest].flat()) : null;
    case 'Gather': {
      if (b === undefined || axis !== 0 || x.shape.length !== 1) return null;
      const picked = b.map((index) => a.at(index));
      return picked.every((value) => value !== undefined)
        ? integers(others[0]!.shape, picked)
        : null;
    }
    case 'Unsqueeze':
      return x.shape.length === 0 ? integers([1], a) : null;
    case 'Squeeze':
      return a.length === 1 ? integers([], a) : null;
    case 'Slice': {
      const [starts, ends, axes = [0], steps = [1]] = [b, ...rest];
      const isPlain = x.shape.length === 1 && axes[0] === 0 && steps[0] === 1;
      return isPlain && starts?.length === 1 && ends?.length === 1
        ? vector(a.slice(starts[0], ends[0]))
        : null;
    }
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
      return b === undefined ? null : elementwise(op, x, a, others[0]!, b);
    default:
      return null;
  }
}

function elementwise(
  op: 'Add' | 'Sub' | 'Mul' | 'Div',
  x: Tensor,
  a: readonly number[],
  y: Tensor,
  b: readonly number[],
): Tensor | null {
  const [longer, shape] = a.length >= b.length ? [a, x.shape] : [b, y.shape];
  if (Math.min(a.length, b.length) !== 1 && a.length !== b.length) return null;
  const at = (values: readonly number[], i: number) => values[values.length === 1 ? 0 : i]!;
  return integers(
    shape,
    longer.map((_, i) => {
      const [left, right] = [at(a, i), at(b, i)];
      switch (op) {
        case 'Add':
          return left + right;
        case 'Sub':
          return left - right;
        case 'Mul':
          return left * right;
        case 'Div':
          return Math.trunc(left / right);
      }
    }),
  );
}

const vector = (values: readonly number[]): Tensor => integers([values.length], values);

const integers = (shape: readonly number[], values: readonly number[]): Tensor =>
  tensor('int64', shape, BigInt64Array.from(values, BigInt));

/** Where attributes of older operator sets have become inputs: operator → attribute → input. */
const BECAME_INPUTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Clip: { min: 1, max: 2 },
  Pad: { pads: 1, value: 2 },
  Slice: { starts: 1, ends: 2, axes: 3 },
  Split: { split: 1 },
  Squeeze: { axes: 1 },
  Unsqueeze: { axes: 1 },
  ReduceL2: { axes: 1 },
  ReduceMax: { axes: 1 },
  ReduceMean: { axes: 1 },
  ReduceMin: { axes: 1 },
  ReduceSum: { axes: 1 },
  ReduceSumSquare: { axes: 1 },
};

/** Attributes that change nothing in inference and that the current operators no longer have. */
const DROPPED: Readonly<Record<string, readonly string[]>> = {
  BatchNormalization: ['spatial', 'is_test', 'consumed_inputs'],
  Dropout: ['is_test'],
};

/** What only bicubic interpolation, and only cutting a region out, look at; exporters write it always. */
const ONLY_CUBIC = ['cubic_coeff_a', 'exclude_outside'];
const ONLY_CROP = ['extrapolation_value'];

function withoutIdle(op: string, attributes: Attributes): Attributes {
  if (op !== 'Resize') return attributes;
  const isString = (name: string, value: string) => {
    const attribute = attributes[name];
    return attribute?.kind === 'string' && attribute.value === value;
  };
  const idle = [
    ...(isString('mode', 'cubic') ? [] : ONLY_CUBIC),
    ...(isString('coordinate_transformation_mode', 'tf_crop_and_resize') ? [] : ONLY_CROP),
  ];
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !idle.includes(name)));
}

interface Modernized {
  readonly attributes: Attributes;
  /** Constants to be added as inputs at the given places. */
  readonly constants: ReadonlyMap<number, Tensor>;
}

/** The node's parameters in the form of the current operator set. */
export function modernize(op: string, given: Attributes): Modernized {
  const attributes = withoutIdle(op, given);
  const moves = BECAME_INPUTS[op] ?? {};
  const dropped = DROPPED[op] ?? [];
  const constants = new Map<number, Tensor>();
  const kept = Object.entries(attributes).filter(([name, attribute]) => {
    const input = moves[name];
    if (input !== undefined) constants.set(input, toTensor(op, name, attribute));
    return input === undefined && !dropped.includes(name);
  });
  return { attributes: Object.fromEntries(kept), constants };
}

/** Once a split without sizes had as many equal parts as the node had outputs. */
export function countParts(
  op: string,
  attributes: Attributes,
  inputs: number,
  outputs: number,
): Attributes {
  const counted = op !== 'Split' || inputs > 1 || attributes.num_outputs !== undefined;
  return counted ? attributes : { ...attributes, num_outputs: int(outputs) };
}

/** Softmax over the last axis means the same in every operator set; over others it does not. */
export function checkSoftmax(version: number, attributes: Attributes, x: TensorType): Attributes {
  if (version >= 13) return attributes;
  const axis = attributes.axis?.kind === 'int' ? attributes.axis.value : 1;
  if (axis !== -1 && axis !== x.shape.length - 1)
    throw new OnnxError(
      'unsupported_version',
      `Softmax along axis ${axis} means something else before operator set 13.`,
    );
  return { ...attributes, axis: int(-1) };
}

function toTensor(op: string, name: string, attribute: Attribute): Tensor {
  if (attribute.kind === 'ints') return int64Vector(attribute.value);
  if (attribute.kind === 'float') return scalar(attribute.value);
  throw new OnnxError('invalid_model', `${op} has ${name} as ${attribute.kind}.`);
}

/**
 * Changes to an ONNX file that leave everything else in it as it is, byte for byte: what this
 * project does not know (functions, metadata, operators of other domains) stays. They work on the
 * protocol-buffers wire format itself, after onnx.proto of the ONNX specification.
 */

/** A tensor whose values lie in another file. */
export interface ExternalData {
  readonly tensor: string;
  /** As the file states it, relative to the folder of the model. */
  readonly location: string;
  /** In bytes; 0 where it is not stated. */
  readonly offset: number;
  /** In bytes; undefined: up to the end of the file. */
  readonly length: number | undefined;
}

/** Which fields of a message hold further messages, by kind. */
const children = {
  model: { 7: 'graph', 25: 'function' },
  function: { 7: 'node' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  tensor: {},
} as const satisfies Readonly<Record<string, Readonly<Record<number, string>>>>;
type Kind = keyof typeof children;

/** All tensors of the file that lie elsewhere. @throws OnnxError `not_onnx` */
export function externalDataOf(model: Uint8Array): readonly ExternalData[] {
  // Every reference spells its key out; most models have none, and need no walk.
  if (Buffer.from(model.buffer, model.byteOffset, model.length).indexOf('location') < 0) return [];
  const found: ExternalData[] = [];
  rewrite(model, 'model', (tensor) => {
    const external = readExternal(tensor);
    if (external !== undefined) found.push(external);
    return undefined;
  });
  return found;
}

/**
 * The same model with the values of all its tensors inside.
 *
 * @param read gives the bytes of one tensor
 * @throws OnnxError `not_onnx`, and what `read` throws
 */
export function embedExternalData(
  model: Uint8Array,
  read: (data: ExternalData) => Uint8Array,
): Uint8Array {
  return rewrite(model, 'model', (tensor) => {
    const external = readExternal(tensor);
    if (external === undefined) return undefined;
    const kept = [...fieldsOf(tensor)]
      .filter(({ number }) => number !== EXTERNAL_DATA && number !== DATA_LOCATION)
      .map(({ start, end }) => tensor.subarray(start, end));
    return [...kept, ...lengthDelimited(RAW_DATA, [read(external)])];
  });
}

const RAW_DATA = 9;
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;
const TENSOR_NAME = 8;

function readExternal(tensor: Uint8Array): ExternalData | undefined {
  const entries = new Map<string, string>();
  let name = '';
  for (const { number, value } of fieldsOf(tensor)) {
    if (number === TENSOR_NAME) name = text(value);
    if (number !== EXTERNAL_DATA) continue;
    const [key, content] = [1, 2].map((part) =>
      text([...fieldsOf(value)].find((field) => field.number === part)?.value ?? EMPTY),
    );
    entries.set(key!, content!);
  }
  const location = entries.get('location');
  if (location === undefined) return undefined;
  const length = entries.get('length');
  return {
    tensor: name,
    location,
    offset: Number(entries.get('offset') ?? 0),
    length: length === undefined ? undefined : Number(length),
  };
}

/** What a graph is fed and gives, by the names of the file. */
interface Border {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * The same model with float32 at the named inputs and outputs: a Cast stands between them and the
 * graph, which computes in its own type.
 *
 * @throws OnnxError `not_onnx`
 */
export function withFloatBorder(model: Uint8Array, { inputs, outputs }: Border): Uint8Array {
  const message = ModelProto.toObject(ModelProto.decode(model), { longs: String }) as {
    graph?: { input?: readonly Named[] };
  };
  const typeOf = new Map(
    (message.graph?.input ?? []).map(({ name = '', type }) => [name, type?.tensorType?.elemType]),
  );
  const renamed = new Map([...inputs, ...outputs].map((name) => [name, `${name}/as-in-the-file`]));
  const before = inputs.map((name) => castNode(name, renamed.get(name)!, typeOf.get(name) ?? 0));
  const after = outputs.map((name) => castNode(renamed.get(name)!, name, dataTypeCodes.float32));
  return concat(
    mapFields(model, (field) => {
      if (field.number !== 7) return undefined;
      const parts = graphWithBorder(field.value, renamed, new Set([...inputs, ...outputs]));
      const nodes = (all: readonly Uint8Array[]) =>
        all.flatMap((node) => lengthDelimited(1, [node]));
      return lengthDelimited(7, [...nodes(before), ...parts, ...nodes(after)]);
    }),
  );
}

interface Named {
  readonly name?: string;
  readonly type?: { readonly tensorType?: { readonly elemType?: number } };
}

function castNode(from: string, to: string, type: number): Uint8Array {
  const CAST_TO_ATTRIBUTE_INT = 2;
  return ModelProto.root
    .lookupType('NodeProto')
    .encode({
      input: [from],
      output: [to],
      name: `cast to ${to}`,
      opType: 'Cast',
      attribute: [{ name: 'to', i: type, type: CAST_TO_ATTRIBUTE_INT }],
    })
    .finish();
}

function graphWithBorder(
  graph: Uint8Array,
  renamed: ReadonlyMap<string, string>,
  border: ReadonlySet<string>,
): Uint8Array[] {
  return mapFields(graph, ({ number, value }) => {
    if (number === 1) return lengthDelimited(1, renameInNode(value, renamed));
    const isBorder = (number === 11 || number === 12) && border.has(nameOfValue(value));
    return isBorder ? lengthDelimited(number, asFloat(value)) : undefined;
  });
}

/** Inner graphs see the values of the outer one. */
function renameInNode(node: Uint8Array, renamed: ReadonlyMap<string, string>): Uint8Array[] {
  return mapFields(node, ({ number, value }) => {
    if (number === 1 || number === 2) {
      const name = renamed.get(text(value));
      return name === undefined ? undefined : lengthDelimited(number, [utf8.encode(name)]);
    }
    if (number !== 5) return undefined;
    const attribute = mapFields(value, (inner) =>
      inner.number === 6 || inner.number === 11
        ? lengthDelimited(
            inner.number,
            mapFields(inner.value, (field) =>
              field.number === 1
                ? lengthDelimited(1, renameInNode(field.value, renamed))
                : undefined,
            ),
          )
        : undefined,
    );
    return lengthDelimited(5, attribute);
  });
}

const nameOfValue = (info: Uint8Array): string =>
  text([...fieldsOf(info)].find(({ number }) => number === 1)?.value ?? EMPTY);

/** ValueInfoProto.type (2) . tensor_type (1) . elem_type (1) */
function asFloat(info: Uint8Array): Uint8Array[] {
  return mapFields(info, (type) =>
    type.number !== 2
      ? undefined
      : lengthDelimited(
          2,
          mapFields(type.value, (tensor) =>
            tensor.number !== 1
              ? undefined
              : lengthDelimited(
                  1,
                  mapFields(tensor.value, ({ number }) =>
                    number === 1 ? [Uint8Array.of(1 << 3, dataTypeCodes.float32)] : undefined,
                  ),
                ),
          ),
        ),
  );
}

/** Calls `change` with every tensor; what it gives replaces the content of the tensor. */
function rewrite(
  model: Uint8Array,
  kind: 'model',
  change: (tensor: Uint8Array) => readonly Uint8Array[] | undefined,
): Uint8Array {
  const parts = rewriteMessage(model, kind, change);
  return parts === undefined ? model : concat(parts);
}

/** Undefined where nothing changed. */
function rewriteMessage(
  message: Uint8Array,
  kind: Kind,
  change: (tensor: Uint8Array) => readonly Uint8Array[] | undefined,
): readonly Uint8Array[] | undefined {
  if (kind === 'tensor') return change(message);
  const below: Readonly<Record<number, Kind>> = children[kind];
  const fields = [...fieldsOf(message)];
  const inner = fields.map(({ number, value, wire }) => {
    const child = below[number];
    if (child === undefined || wire !== LENGTH_DELIMITED) return undefined;
    return rewriteMessage(value, child, change);
  });
  if (inner.every((parts) => parts === undefined)) return undefined;
  return fields.flatMap(({ number, start, end }, i) => {
    const parts = inner[i];
    return parts === undefined ? [message.subarray(start, end)] : lengthDelimited(number, parts);
  });
}

interface Field {
  readonly number: number;
  readonly wire: number;
  /** Of tag and value together. */
  readonly start: number;
  readonly end: number;
  /** The content, without its length. */
  readonly value: Uint8Array;
}

const LENGTH_DELIMITED = 2;
const EMPTY = new Uint8Array();

/** The message in pieces, with some fields replaced. */
function mapFields(
  message: Uint8Array,
  replace: (field: Field) => readonly Uint8Array[] | undefined,
): Uint8Array[] {
  return [...fieldsOf(message)].flatMap(
    (field) => replace(field) ?? [message.subarray(field.start, field.end)],
  );
}

function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = message[at++];
      if (byte === undefined) throw damaged();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  };
  while (at < message.length) {
    const start = at;
    const tag = varint();
    const [number, wire] = [Math.floor(tag / 8), tag % 8];
    let from = at;
    if (wire === LENGTH_DELIMITED) {
      const length = varint();
      from = at;
      at += length;
    } else if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else throw damaged();
    if (at > message.length) throw damaged();
    yield { number, wire, start, end: at, value: message.subarray(from, at) };
  }
}

const damaged = () =>
  new OnnxError('not_onnx', 'The bytes are no ONNX model, or the file is damaged.');

function lengthDelimited(number: number, parts: readonly Uint8Array[]): Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [Uint8Array.of(...varintOf(number * 8 + LENGTH_DELIMITED), ...varintOf(length)), ...parts];
}

function varintOf(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const utf8 = new TextEncoder();
const decoder = new TextDecoder();
const text = (bytes: Uint8Array): string => decoder.decode(bytes);
