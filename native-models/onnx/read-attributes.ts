import { float, int, ints, string, type Attribute, type Attributes } from '../graph/attribute.ts';
import { OnnxError } from './errors.ts';
import { readTensor } from './read-tensor.ts';
import { attributeTypeCodes, type AttributeMessage, type NodeMessage } from './schema.ts';

const utf8 = new TextDecoder();

export function readAttributes({ name: node, attribute = [] }: NodeMessage): Attributes {
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
