import { LikenessError, assertNever } from '../../../contract/errors.ts';
import type { ModelManifest, ManifestOf } from '../../../contract/manifest.ts';
import type { ValueInfo, NamedTensors } from '../../runtime/session.ts';

/** The file does something else than the manifest says; `field` is the manifest's. */
export function incompatible(
  manifest: ModelManifest,
  field: string,
  problem: string,
  cause?: unknown,
): LikenessError {
  return new LikenessError(
    'model_incompatible',
    `The model ${manifest.id} does not fit its manifest: ${field}: ${problem}.`,
    { details: { model: manifest.id, field, problem }, cause },
  );
}

export const shown = (dims: readonly (number | string)[]): string => `[${dims.join(', ')}]`;

/** Compares the declared inputs of a file with `input` of its manifest. */
export function checkInput(manifest: ModelManifest, inputs: readonly ValueInfo[]): void {
  const { name, layout } = manifest.input;
  const names = inputs.map((input) => input.name).join(', ');
  const input = inputs.find((candidate) => candidate.name === name);
  if (input === undefined)
    throw incompatible(manifest, 'input.name', `the file has no input ${name}; it has: ${names}`);
  if (inputs.length > 1)
    throw incompatible(manifest, 'input.name', `the file needs more than one input: ${names}`);
  if (input.type !== 'float32')
    throw incompatible(manifest, 'input.name', `${name} takes ${input.type}, not float32`);
  // A file may leave all of the shape open.
  if (input.shape.length === 0) return;
  if (input.shape.length !== 4)
    throw incompatible(
      manifest,
      'input.layout',
      `${layout} has 4 dimensions, ${name} has ${shown(input.shape)}`,
    );
  checkDimensions(manifest, input.shape);
}

/** [N, C, H, W] or [N, H, W, C]; a dimension that the file leaves open agrees with anything. */
function checkDimensions(manifest: ModelManifest, dims: readonly (number | string)[]): void {
  const { layout, width, height, multipleOf } = manifest.input;
  const [batch, ...rest] = dims;
  const [channels, h, w] = layout === 'NCHW' ? rest : [rest[2], rest[0], rest[1]];
  const fixed = (dim: number | string | undefined): dim is number =>
    typeof dim === 'number' && dim > 0;
  const demand = (field: string, dim: number | string | undefined, wanted: number): void => {
    if (fixed(dim) && dim !== wanted)
      throw incompatible(manifest, field, `the file takes ${shown(dims)}, which is not ${wanted}`);
  };
  if (channels === 1)
    throw incompatible(
      manifest,
      'input.channels',
      `the file takes pictures of one channel (gray), ${shown(dims)}; Likeness feeds three (color)`,
    );
  demand('input.layout', channels, 3);
  demand('input.height', h, height);
  demand('input.width', w, width);
  if (multipleOf !== undefined && (fixed(h) || fixed(w)))
    throw incompatible(manifest, 'input.multipleOf', `the file takes only ${shown(dims)}`);
  if (fixed(batch) && batch !== 1)
    throw incompatible(manifest, 'input.dynamicBatch', `the file fixes the batch to ${batch}`);
}

/** Compares what a run of `batch` pictures gave with `task` of the manifest. */
export function checkOutputs(manifest: ModelManifest, outputs: NamedTensors, batch: number): void {
  const check = new OutputCheck(manifest, outputs, batch);
  const { task } = manifest;
  switch (task.role) {
    case 'encoder':
      check.expect('task.output', task.output, [['N', task.dimension]], 'task.dimension');
      check.expectSomething(task.output);
      break;
    case 'landmarks':
      check.expect('task.output', task.output, [['N', 136]]);
      break;
    case 'detector':
      checkDetector(check, manifest, task.decode);
      break;
    case 'style-encoder':
      checkStyleEncoder(check, manifest, task.layers);
      break;
    default:
      assertNever(task);
  }
}

function checkStyleEncoder(
  check: OutputCheck,
  { input }: ModelManifest,
  layers: ManifestOf<'style-encoder'>['task']['layers'],
): void {
  for (const { output, channels, stride } of layers) {
    const [rows, columns] = [Math.floor(input.height / stride), Math.floor(input.width / stride)];
    check.expect('task.layers', output, [['N', channels, rows, columns]]);
  }
}

function checkDetector(
  check: OutputCheck,
  { input }: ModelManifest,
  decode: ManifestOf<'detector'>['task']['decode'],
): void {
  switch (decode.kind) {
    case 'yolo-grid': {
      const [rows, columns] = [input.height / decode.stride, input.width / decode.stride];
      const shape = ['N', rows, columns, decode.anchors.length * 5];
      check.expect('task.decode.output', decode.output, [shape], 'task.decode');
      break;
    }
    case 'boxes-scores': {
      const boxes = [
        ['N', 'boxes', 4],
        ['boxes', 4],
      ];
      const scores =
        decode.face === undefined
          ? [['N', 'boxes'], ['boxes'], ['N', 'boxes', 1]]
          : [
              ['N', 'boxes', 2],
              ['boxes', 2],
            ];
      check.expect('task.decode.boxes', decode.boxes, boxes);
      check.expect('task.decode.scores', decode.scores, scores);
      break;
    }
    case 'stride-heads':
      for (const { stride, ...head } of decode.heads) {
        const count = cellsOf(input, stride) * decode.anchorsPerCell;
        check.expect('task.decode.heads', head.scores, rowsOf(count, 1));
        check.expect('task.decode.heads', head.boxes, rowsOf(count, 4));
        if (head.objectness !== undefined)
          check.expect('task.decode.heads', head.objectness, rowsOf(count, 1));
        if (head.points !== undefined)
          check.expect('task.decode.heads', head.points, rowsOf(count, 10));
      }
      break;
    case 'prior-boxes': {
      const counts = decode.levels.map(
        ({ stride, sides }) => cellsOf(input, stride) * sides.length,
      );
      const count = counts.reduce((sum, of) => sum + of, 0);
      check.expect('task.decode.boxes', decode.boxes, rowsOf(count, 4));
      check.expect('task.decode.scores', decode.scores, rowsOf(count, 2));
      if (decode.points !== undefined)
        check.expect('task.decode.points', decode.points, rowsOf(count, 10));
      break;
    }
    case 'yolo-rows': {
      const shape = decode.channelFirst
        ? ['N', decode.values, 'boxes']
        : ['N', 'boxes', decode.values];
      check.expect('task.decode.output', decode.output, [shape], 'task.decode.values');
      break;
    }
    default:
      assertNever(decode);
  }
}

const cellsOf = ({ width, height }: ModelManifest['input'], stride: number): number =>
  Math.ceil(width / stride) * Math.ceil(height / stride);

/** Some exporters leave the dimension of a batch of one away. */
const rowsOf = (count: number, width: number): Pattern[] => [
  ['N', count, width],
  [count, width],
];

/** A number, the batch `N`, or a name that stands for the same number wherever it occurs. */
type Pattern = readonly (number | string)[];

class OutputCheck {
  readonly #manifest: ModelManifest;
  readonly #outputs: NamedTensors;
  readonly #named: Map<string, number>;

  constructor(manifest: ModelManifest, outputs: NamedTensors, batch: number) {
    this.#manifest = manifest;
    this.#outputs = outputs;
    this.#named = new Map([['N', batch]]);
  }

  /** Demands an output of finite numbers whose shape fits one of the patterns. */
  expect(
    nameField: string,
    name: string,
    patterns: readonly Pattern[],
    shapeField = nameField,
  ): void {
    const output = this.#outputs[name];
    if (output?.type !== 'float32') {
      const names = Object.keys(this.#outputs).join(', ');
      const problem = `the file has no float32 output ${name}; it has: ${names}`;
      throw incompatible(this.#manifest, nameField, problem);
    }
    const pattern = patterns.find((candidate) => this.#fits(candidate, output.shape));
    if (pattern === undefined) {
      const expected = patterns.map(shown).join(' or ');
      const problem = `${name} should be ${expected}, but the file gives ${shown(output.shape)}`;
      throw incompatible(this.#manifest, shapeField, problem);
    }
    this.#remember(pattern, output.shape);
    if (!output.data.every(Number.isFinite))
      throw incompatible(this.#manifest, nameField, `${name} has values that are no numbers`);
  }

  /** Demands values that are not all zero: a vector without a direction is near to everyone. */
  expectSomething(name: string): void {
    const { data } = this.#outputs[name]!;
    if ((data as Float32Array).every((value) => value === 0))
      throw incompatible(this.#manifest, 'task.output', `${name} is zero throughout`);
  }

  #fits(pattern: Pattern, dims: readonly number[]): boolean {
    return (
      pattern.length === dims.length &&
      pattern.every((wanted, axis) => {
        const expected = typeof wanted === 'number' ? wanted : this.#named.get(wanted);
        return expected === undefined || expected === dims[axis];
      })
    );
  }

  #remember(pattern: Pattern, dims: readonly number[]): void {
    pattern.forEach((name, axis) => {
      if (typeof name === 'string') this.#named.set(name, dims[axis]!);
    });
  }
}
