/**
 * What ONNX Runtime says when it refuses a model, in words for a person. Its own messages carry the
 * places in its source code where they arose; those and its function signatures are left out.
 */
export function refusalInWords(message: string): string {
  for (const [pattern, words] of known) {
    const match = pattern.exec(message);
    if (match !== null) return words(match.slice(1));
  }
  return withoutPlaces(message);
}

type Words = (parts: readonly (string | undefined)[]) => string;

const known: readonly (readonly [RegExp, Words])[] = [
  [
    /Unsupported model IR version: (\d+), max supported IR version: (\d+)/u,
    ([has, most]) =>
      `it is written in version ${has} of the ONNX format, and this runtime reads versions up to ${most}. ` +
      'Export it for an older version, or update Likeness',
  ],
  [
    /Opset (\d+) is under development[^]*official support for domain (\S+) is till opset (\d+)/u,
    ([has, , most]) =>
      `it uses operator set ${has}, and this runtime knows sets up to ${most}. ` +
      `Export it with an operator set of ${most} or less, or update Likeness`,
  ],
  [
    /protobuf parsing failed|ModelProto does not have a graph/u,
    () => 'it is cut off or damaged, or it is no ONNX file',
  ],
  [
    /external (?:data|initializer)|External data path/u,
    () => 'its weights lie in another file, which is not part of it',
  ],
  [
    /(?:No Op registered for|is not a registered function\/op|No opset import for domain)\D*?([\w.:]+)/u,
    ([operator]) => `it uses the operator ${operator}, which this runtime does not know`,
  ],
];

/** `/src/core/graph.cc:12 void f(const T&) Message` → `Message` */
function withoutPlaces(message: string): string {
  return message
    .split('\n')
    .map((line) =>
      line
        .replace(
          // Begins at a word, so that a long name of a model's author is gone through once.
          /(?<!\S)\S+\.(?:cc|cpp|cxx|h|hpp|cu):\d+\s+(?:[^()]*\([^]*?\)(?:\s*(?:const|noexcept))*\s+)?/gu,
          (place) => (place.includes('/') ? '' : place),
        )
        .replace(
          /Non-zero status code returned while running (\S+) node\. Name:'([^']*)' Status Message: /gu,
          (_, op: string, name: string) =>
            name === '' ? `the node ${op}: ` : `the node ${name} (${op}): `,
        )
        .trim(),
    )
    .filter((line) => line !== '')
    .join(' ')
    .replace(/\.$/u, '');
}
