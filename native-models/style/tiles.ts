import { planesOf, type Picture, type Size } from './picture.ts';
import { LikenessError } from '../../contract/errors.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import { ShapeContext } from '../graph/operator.ts';
import { concreteShape } from '../graph/rewrite.ts';
import type { Tensor } from '../graph/tensor.ts';
import { windowAxes } from '../ops/convolution.ts';
import { RandomStream } from '../../foundation/random.ts';

/** Copies a region that lies inside the picture to `target`, plane after plane. */
export function readRegion(picture: Picture, region: Region, target: Float32Array): void {
  let to = 0;
  for (const from of rowStarts(picture, region)) {
    target.set(picture.data.subarray(from, from + region.width), to);
    to += region.width;
  }
}

/** Adds `values`, as `readRegion` gives them, to the region of the picture. */
export function addRegion(picture: Picture, region: Region, values: Float32Array): void {
  let from = 0;
  for (const to of rowStarts(picture, region))
    for (let column = 0; column < region.width; column++)
      picture.data[to + column]! += values[from++]!;
}

function* rowStarts(picture: Picture, { x, y, height }: Region): Generator<number> {
  for (let plane = 0; plane < planesOf(picture); plane++)
    for (let row = y; row < y + height; row++)
      yield (plane * picture.height + row) * picture.width + x;
}

/**
 * What one position of an activation sees. Position p stands for the pixels p · stride up to
 * (p + 1) · stride; it depends on those and on this many more on either side.
 */
interface ReceptiveField {
  readonly stride: number;
  readonly before: number;
  readonly after: number;
}

const PIXEL: ReceptiveField = { stride: 1, before: 0, after: 0 };

const WINDOWED = new Set(['Conv', 'AveragePool', 'MaxPool']);

/** Each position of the result depends on the same position of the arguments alone. */
const POINTWISE = new Set([
  'Abs',
  'Add',
  'Clip',
  'Div',
  'Dropout',
  'Elu',
  'Identity',
  'LeakyRelu',
  'Mul',
  'PRelu',
  'Relu',
  'Sigmoid',
  'Sub',
  'Tanh',
]);

/** The same, with constants that are vectors over the channels. */
const CHANNELWISE = new Set(['BatchNormalization']);

/**
 * The receptive fields of values [1, C, H, W] of a network with one input, by name. Throws
 * `model_incompatible` where a value looks at the whole picture or at an irregular part of it.
 */
export function receptiveFields(graph: Graph): ReadonlyMap<string, ReceptiveField> {
  const fields = new Map<string, ReceptiveField>(graph.inputs.map(({ name }) => [name, PIXEL]));
  for (const node of graph.nodes) {
    const seen = node.inputs.flatMap((input) => fields.get(input?.name ?? '') ?? []);
    if (seen.length === 0) continue;
    const field = fieldOf(graph, node, seen);
    for (const { name } of node.outputs) fields.set(name, field);
  }
  return fields;
}

function fieldOf(graph: Graph, node: Node, seen: readonly ReceptiveField[]): ReceptiveField {
  if (WINDOWED.has(node.op) && seen.length === 1) return windowed(graph, node, seen[0]!);
  if (CHANNELWISE.has(node.op)) return union(node, seen);
  if (POINTWISE.has(node.op) && node.inputs.every((input) => isSameEverywhere(graph, input)))
    return union(node, seen);
  return refuse(node);
}

/** Whether a constant has one value for all positions; what is computed is judged on its own. */
function isSameEverywhere(graph: Graph, input: Value | null): boolean {
  const shape = graph.constants.get(input?.name ?? '')?.shape ?? [];
  return shape.slice(-2).every((extent) => extent === 1);
}

function union(node: Node, seen: readonly ReceptiveField[]): ReceptiveField {
  const [{ stride }] = seen as [ReceptiveField];
  if (seen.some((other) => other.stride !== stride)) return refuse(node);
  return {
    stride,
    before: Math.max(...seen.map(({ before }) => before)),
    after: Math.max(...seen.map(({ after }) => after)),
  };
}

function windowed(graph: Graph, node: Node, field: ReceptiveField): ReceptiveField {
  const context = contextOf(graph, node);
  const irregular = context.string('auto_pad', 'NOTSET') !== 'NOTSET';
  if (irregular || context.int('ceil_mode', 0) !== 0) return refuse(node);
  const kernel = context.ints('kernel_shape') ?? concreteShape(context.input(1)).slice(2);
  const axes = windowAxes(context, kernel);
  const [{ stride }] = axes as [(typeof axes)[number]];
  if (axes.length !== 2 || axes.some((axis) => axis.stride !== stride)) return refuse(node);
  const before = Math.max(...axes.map(({ padBegin }) => padBegin));
  const after = Math.max(
    ...axes.map(({ kernel: size, dilation, padBegin }) => (size - 1) * dilation + 1 - padBegin),
  );
  return {
    stride: field.stride * stride,
    before: field.before + before * field.stride,
    after: field.after + (after - stride) * field.stride,
  };
}

function contextOf(graph: Graph, { op, inputs, attributes }: Node): ShapeContext {
  const constants = new Map<string, Tensor>();
  for (const input of inputs) {
    const constant = graph.constants.get(input?.name ?? '');
    if (constant !== undefined) constants.set(input!.name, constant);
  }
  return new ShapeContext(op, inputs, attributes, constants);
}

function refuse({ op, outputs }: Node): never {
  throw new LikenessError(
    'model_incompatible',
    `The encoder cannot work tile by tile: ${op}, which gives ${outputs[0]!.name}, does not look ` +
      'at a regular window of its input. Use another encoder, or give more memory.',
    { details: { op } },
  );
}

/** What tiles must observe so that every tile computes what the whole picture would. */
interface Overlap {
  /** Tiles start at multiples of this many pixels: the positions of no layer fall between two. */
  readonly stride: number;
  /** Pixels around its core that a tile needs, a multiple of the stride. */
  readonly halo: number;
}

/** How a picture is cut; see `tilesOf`. All windows have the same size. */
export interface TilePlan extends Overlap {
  readonly picture: Size;
  /** Size of a tile with its surroundings. */
  readonly window: Size;
  /** Largest size of the part that a tile answers for. */
  readonly core: Size;
}

/** The overlap that the deepest and widest of these activations need. */
export function overlapOf(fields: readonly ReceptiveField[]): Overlap {
  const stride = fields.reduce((common, field) => leastCommonMultiple(common, field.stride), 1);
  const reach = Math.max(0, ...fields.flatMap(({ before, after }) => [before, after]));
  return { stride, halo: roundUp(reach, stride) };
}

/**
 * Cuts a picture into tiles whose cores have at most `largestCore` pixels a side (at least two
 * strides are taken). A side that fits one core or window is not cut.
 */
export function planTiles(picture: Size, largestCore: number, overlap: Overlap): TilePlan {
  const across = planSide(picture.width, largestCore, overlap);
  const down = planSide(picture.height, largestCore, overlap);
  return {
    ...overlap,
    picture,
    window: { width: across.window, height: down.window },
    core: { width: across.core, height: down.core },
  };
}

/**
 * Windows are longer than asked by what the picture is beyond a multiple of the stride: then the
 * last one, too, starts at a multiple, and all can be of one size.
 */
function planSide(length: number, largestCore: number, { stride, halo }: Overlap) {
  if (largestCore >= length) return { window: length, core: length };
  const largest = Math.max(2 * stride, roundDown(largestCore, stride));
  // Room for the grid to move without more tiles.
  const room = Math.max(stride, Math.min(halo, roundDown(largest / 2, stride)));
  const count = Math.ceil((length + room) / largest);
  const core = roundUp((length + room) / count, stride);
  const window = core + 2 * halo + (length % stride);
  return window >= length ? { window: length, core: length } : { window, core };
}

const roundUp = (value: number, unit: number) => Math.ceil(value / unit) * unit;
const roundDown = (value: number, unit: number) => Math.floor(value / unit) * unit;

function leastCommonMultiple(a: number, b: number): number {
  const divisor = (x: number, y: number): number => (y === 0 ? x : divisor(y, x % y));
  return (a / divisor(a, b)) * b;
}

/** A rectangle of whole pixels, or of positions of an activation. */
export interface Region extends Size {
  readonly x: number;
  readonly y: number;
}

/** Both regions in pixels of the picture, the core inside the window. */
export interface Tile {
  /** What the encoder is given. */
  readonly window: Region;
  /** What this tile and no other answers for. */
  readonly core: Region;
}

/**
 * The tiles of one step, row by row. Their cores cover the picture once; the grid lies elsewhere at
 * every step, so that no place is always at a border, and where it lies follows from seed and step.
 */
export function tilesOf(plan: TilePlan, seed: number, step: number): readonly Tile[] {
  const random = new RandomStream(seed, 'tiles', step);
  const columns = cutSide(plan, 'width', random);
  const rows = cutSide(plan, 'height', random);
  return rows.flatMap((row) =>
    columns.map((column) => ({
      window: region(column.window, row.window),
      core: region(column.core, row.core),
    })),
  );
}

/**
 * The positions of an activation that belong to a tile's core, counted within the activation of its
 * window, which has the given size. Over all tiles every position of the whole picture's activation
 * comes exactly once. Empty where the core is a rest too small for a position of its own.
 */
export function coreOf(
  { picture }: TilePlan,
  { window, core }: Tile,
  activation: Size & { readonly stride: number },
): Region {
  const { stride } = activation;
  const side = (at: 'x' | 'y', length: 'width' | 'height') => {
    const first = (core[at] - window[at]) / stride;
    const isLast = core[at] + core[length] === picture[length];
    return [first, isLast ? activation[length] - first : core[length] / stride] as const;
  };
  const [x, width] = side('x', 'width');
  const [y, height] = side('y', 'height');
  return { x, y, width: Math.max(0, width), height: Math.max(0, height) };
}

interface Span {
  readonly start: number;
  readonly length: number;
}

const region = (across: Span, down: Span): Region => ({
  x: across.start,
  y: down.start,
  width: across.length,
  height: down.length,
});

function cutSide(plan: TilePlan, side: 'width' | 'height', random: RandomStream) {
  const { [side]: length } = plan.picture;
  const { [side]: core } = plan.core;
  const { [side]: window } = plan.window;
  const lastStart = length - window;
  const tiles: { readonly window: Span; readonly core: Span }[] = [];
  const offset = window === length ? 0 : shift(plan, length, core, random);
  for (let at = -offset; at < length; at += core) {
    const start = Math.max(0, at);
    const inside = Math.min(Math.max(0, start - plan.halo), lastStart);
    tiles.push({
      window: { start: inside, length: window },
      core: { start, length: Math.min(length, at + core) - start },
    });
  }
  return tiles;
}

/** How far the grid begins before the picture; it can always move by a stride. */
function shift({ stride }: TilePlan, length: number, core: number, random: RandomStream): number {
  const room = Math.ceil((length + stride) / core) * core - length;
  const places = Math.floor(Math.min(room, core - 1) / stride) + 1;
  return random.below(places) * stride;
}
