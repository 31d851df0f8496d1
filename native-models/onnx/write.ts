import type { Attribute, Graph, Node, Value } from '../graph/graph.ts';
import { dataTypeCodes, type Tensor } from '../graph/tensor.ts';
import {
  attributeTypeCodes,
  ModelProto,
  type AttributeMessage,
  type DimensionMessage,
  type ModelMessage,
  type NodeMessage,
  type TensorMessage,
  type ValueInfoMessage,
} from './schema.ts';

/** The operator set whose meaning the nodes of a Graph have. */
const OPSET_VERSION = 18;
/** The oldest file format that knows this operator set, so that most runtimes can read it. */
const IR_VERSION = 8;

/** The graph as an ONNX file; the same graph always gives the same bytes. */
export function writeOnnx(graph: Graph): Uint8Array {
  const message: ModelMessage = {
    irVersion: IR_VERSION,
    producerName: 'likeness',
    opsetImport: [{ domain: '', version: OPSET_VERSION }, ...otherDomains(graph)],
    graph: {
      name: graph.name,
      node: graph.nodes.map(nodeMessage),
      initializer: Array.from(graph.constants, ([name, tensor]) => tensorMessage(tensor, name)),
      input: graph.inputs.map(valueMessage),
      output: graph.outputs.map(valueMessage),
    },
  };
  return ModelProto.encode(message).finish();
}

/** Operators that are not of ONNX's own set have their domain in front: `domain:Name`. */
function splitName(op: string): { readonly domain: string; readonly opType: string } {
  const at = op.indexOf(':');
  return { domain: op.slice(0, Math.max(0, at)), opType: op.slice(at + 1) };
}

function otherDomains({
  nodes,
}: Graph): readonly { readonly domain: string; readonly version: number }[] {
  const domains = new Set(
    nodes.map(({ op }) => splitName(op).domain).filter((name) => name !== ''),
  );
  return [...domains].map((domain) => ({ domain, version: 1 }));
}

function nodeMessage({ op, inputs, outputs, attributes }: Node): NodeMessage {
  const { domain, opType } = splitName(op);
  return {
    opType,
    ...(domain !== '' && { domain }),
    name: outputs[0]?.name ?? op,
    input: inputs.map((value) => value?.name ?? ''),
    output: outputs.map(({ name }) => name),
    attribute: Object.entries(attributes).map(([name, attribute]) => ({
      name,
      type: attributeTypeCodes[attribute.kind],
      ...attributeMessage(attribute),
    })),
  };
}

function attributeMessage(attribute: Attribute): AttributeMessage {
  switch (attribute.kind) {
    case 'int':
      return { i: attribute.value };
    case 'float':
      return { f: attribute.value };
    case 'string':
      return { s: utf8.encode(attribute.value) };
    case 'ints':
      return { ints: attribute.value };
    case 'floats':
      return { floats: attribute.value };
    case 'strings':
      return { strings: attribute.value.map((text) => utf8.encode(text)) };
    case 'tensor':
      return { t: tensorMessage(attribute.value) };
  }
}

const utf8 = new TextEncoder();

function tensorMessage({ type, shape, data }: Tensor, name = ''): TensorMessage {
  return {
    dims: shape,
    dataType: dataTypeCodes[type],
    name,
    // Little-endian, as every machine that runs ONNX Runtime stores numbers.
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

function valueMessage({ name, type, shape }: Value): ValueInfoMessage {
  const dim = shape.map((extent): DimensionMessage =>
    typeof extent === 'number' ? { dimValue: extent } : { dimParam: extent },
  );
  return { name, type: { tensorType: { elemType: dataTypeCodes[type], shape: { dim } } } };
}
