import { RandomStream } from '../../../foundation/random.ts';
import { ImagePyramid } from '../../images/resampling.ts';
import { imagesToTensor, type RgbImage } from '../../images/rgb-image.ts';
import { warpImage } from '../../images/warp.ts';
import { resample, addNoise, shiftColors } from '../augmentation.ts';
import type { Value, Graph } from '../../graph/graph.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import type { Builder } from '../../graph/operator.ts';
import { concreteShape, inlineGraph } from '../../graph/rewrite.ts';
import { add, divide, multiply, subtract } from '../../ops/arithmetic.ts';
import { reduceSumSquare } from '../../ops/reductions.ts';
import { gramMatrix, addTotalVariation } from '../../style/losses.ts';
import { number } from '../losses.ts';
import type { Loss } from '../training-graph.ts';
import { gradient, gradientName } from '../../autodiff/gradient.ts';
import { operators } from '../../ops/registry.ts';
import { fedPicture } from '../../style/encoder.ts';
import { shownLayers, type StudentShape, type StyleInput } from './networks.ts';
import { float32 } from '../../graph/tensor.ts';
import type { NamedTensors, OrtSession } from '../../runtime/session.ts';
import { Adam, adamSettingsFor } from '../../style/optimizers/adam.ts';
import { VARIATION_WEIGHT } from '../../style/painter.ts';
import type { SavedState } from '../../checkpoint/checkpoint.ts';
import { openInBlockedLayout } from '../../runtime/blocked-convolutions.ts';
import type { StyleDistillationTask } from './task.ts';

/** Cuts have at least this share of the shorter side of a picture; smaller ones would be blurred. */
const LEAST_SHARE = 0.35;
const LARGEST_ANGLE = Math.PI / 8;

/** The middle of a picture, for validation. */
export function middleCut(picture: RgbImage, side: number): RgbImage {
  const length = Math.min(picture.width, picture.height);
  return cut(picture, {
    side,
    length,
    x: picture.width / 2,
    y: picture.height / 2,
    angle: 0,
    flip: 1,
  });
}

/**
 * A square of a picture, changed at random. Paintings in the making have stronger colors, noise and
 * structures than photos have, so the changes are strong too; one cut of eight is the mean of two.
 * The same stream gives the same pixels.
 */
export function randomCut(
  pictures: readonly RgbImage[],
  side: number,
  random: RandomStream,
): RgbImage {
  const first = randomView(pictures[random.below(pictures.length)]!, side, random);
  if (random.uniform() < 1 / 8)
    mix(first, randomView(pictures[random.below(pictures.length)]!, side, random));
  if (random.uniform() < 0.15) return resample(first, 0.3 + 0.5 * random.uniform());
  if (random.uniform() < 0.8) shiftColors(first, randomColors(random));
  if (random.uniform() < 0.35) addNoise(first, 2 + 40 * random.uniform() ** 2, random);
  return first;
}

function randomView(picture: RgbImage, side: number, random: RandomStream): RgbImage {
  const shorter = Math.min(picture.width, picture.height);
  const length = shorter * (LEAST_SHARE + (1 - LEAST_SHARE) * random.uniform());
  const place = (extent: number) => length / 2 + (extent - length) * random.uniform();
  const [x, y] = [place(picture.width), place(picture.height)];
  const angle = random.uniform() < 0.3 ? LARGEST_ANGLE * (2 * random.uniform() - 1) : 0;
  return cut(picture, { side, length, x, y, angle, flip: random.uniform() < 0.5 ? -1 : 1 });
}

interface View {
  readonly side: number;
  /** Of the side in the picture, and the middle there. */
  readonly length: number;
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly flip: 1 | -1;
}

function cut(picture: RgbImage, { side, length, x, y, angle, flip }: View): RgbImage {
  const scale = length / side;
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  const [a, b, c, d] = [flip * cos, -sin, flip * sin, cos];
  const half = side / 2;
  const toSource = { a, b, tx: x - (a + b) * half, c, d, ty: y - (c + d) * half };
  return warpImage(new ImagePyramid(picture), toSource, side, side, 'edge');
}

function mix({ data }: RgbImage, other: RgbImage): void {
  for (let i = 0; i < data.length; i++) data[i] = (data[i]! + other.data[i]!) / 2;
}

function randomColors(random: RandomStream): Parameters<typeof shiftColors>[1] {
  const symmetric = () => 2 * random.uniform() - 1;
  const contrast = Math.exp(0.4 * symmetric());
  const offset = 128 * (1 - contrast) + 40 * symmetric();
  const channels = [0, 1, 2].map(() => ({
    gain: contrast * (1 + 0.25 * symmetric()),
    offset: offset + 25 * symmetric(),
  }));
  return { channels, gray: random.uniform() < 0.08 };
}

/** What the teacher says of a layer is a feed of this name. */
export const targetName = (layer: string): string => `target.${layer}`;

/** Nearly flat pictures have Gram matrices near zero; they must not outweigh all others. */
const LEAST_GRAM = 0.05;

/**
 * How far a student is from its teacher, summed over the layers: the mean squared difference of a
 * position, and `gramWeight` times the squared difference of both Gram matrices relative to the
 * teacher's. The teacher's activations have mean squared length 1.
 *
 * @param outputs of the student, float32[1, C, H, W] by layer.
 */
export function styleDistillationLoss(
  builder: GraphBuilder,
  outputs: ReadonlyMap<string, Value>,
  gramWeight: number,
): Loss {
  const terms = [...outputs].map(([layer, student]) => {
    const target = builder.input(targetName(layer), 'float32', student.shape);
    return {
      features: featureTerm(builder, student, target),
      gram: gramTerm(builder, student, target),
    };
  });
  const sum = (values: readonly Value[]) =>
    values.reduce((total, value) => add(builder, total, value));
  const features = sum(terms.map((term) => term.features));
  const gram = sum(terms.map((term) => term.gram));
  const loss = add(builder, features, multiply(builder, gram, number(builder, gramWeight)));
  return { loss, watched: { features, gram } };
}

function featureTerm(builder: Builder, student: Value, target: Value): Value {
  const [, , height, width] = concreteShape(student);
  const apart = sumOfSquares(builder, subtract(builder, student, target));
  return multiply(builder, apart, number(builder, 1 / (height! * width!)));
}

function gramTerm(builder: Builder, student: Value, target: Value): Value {
  const wanted = gramMatrix(builder, target);
  return relativeGramDistance(builder, gramMatrix(builder, student), wanted);
}

/** Squared difference of two Gram matrices relative to the one that is wanted. */
function relativeGramDistance(builder: Builder, seen: Value, wanted: Value): Value {
  const apart = subtract(builder, seen, wanted);
  const unit = add(builder, sumOfSquares(builder, wanted), number(builder, LEAST_GRAM));
  return divide(builder, sumOfSquares(builder, apart), unit);
}

const sumOfSquares = (builder: Builder, value: Value): Value =>
  reduceSumSquare(builder, value, { keepAxes: false });

/** The picture, RGB from 0 to 1. */
export const CANVAS = 'canvas';
/** What the student says the style is, and what it says the canvas is. */
const wantedGram = (layer: string): string => `wanted.${layer}`;
const seenGram = (layer: string): string => `seen.${layer}`;

/** Of the Gram matrices of a painting, by the names under which they are wanted. */
export function gramShapes(shape: StudentShape): Readonly<Record<string, readonly number[]>> {
  const painted = shownLayers(shape).filter(({ output }) => output in shape.painted);
  return Object.fromEntries(
    painted.map(({ output, channels }) => [wantedGram(output), [channels, channels]]),
  );
}

/**
 * What a painting minimizes, for a square canvas: how far its Gram matrices are from those wanted,
 * times the number of pixels; the Gram matrices; and in `graph` the derivative by the canvas as
 * well. The student's weights are inputs, as they change from painting step to painting step.
 */
export function paintingGraph(
  student: Graph,
  { input, shape, side }: { input: StyleInput; shape: StudentShape; side: number },
): { readonly graph: Graph; readonly forward: Graph } {
  const builder = new GraphBuilder('painting', operators);
  const canvas = builder.input(CANVAS, 'float32', [1, 3, side, side]);
  const { values } = inlineGraph(builder, withWeightsAsInputs(student), {
    inputs: { [input.name]: fedPicture(builder, canvas, input) },
  });
  const layers = Object.entries(shape.painted);
  const all = layers.reduce((sum, [, weight]) => sum + weight, 0);
  const seen = layers.map(([layer]) => gramMatrix(builder, values.get(layer)!));
  const terms = layers.map(([layer, weight], index) => {
    const wanted = builder.input(wantedGram(layer), 'float32', seen[index]!.shape);
    const distance = relativeGramDistance(builder, seen[index]!, wanted);
    return multiply(builder, distance, number(builder, (weight / all) * side ** 2));
  });
  const grams = layers.map(([layer], index) => [seenGram(layer), seen[index]!] as const);
  const forward = builder.build({ loss: sumOf(builder, terms), ...Object.fromEntries(grams) });
  const keep = grams.map(([name]) => name);
  const graph = gradient(forward, { loss: 'loss', variables: [CANVAS], keep, operators });
  return { graph, forward };
}

const sumOf = (builder: Builder, values: readonly Value[]): Value =>
  values.reduce((total, value) => add(builder, total, value));

const withWeightsAsInputs = ({ constants, ...graph }: Graph): Graph => ({
  ...graph,
  inputs: [
    ...graph.inputs,
    ...[...constants].map(([name, { type, shape }]) => ({ name, type, shape })),
  ],
  constants: new Map(),
});

/** Steps of a painting from its beginning to its end. */
const PAINTING_STEPS = 80;

const ADAM = adamSettingsFor(PAINTING_STEPS);

interface SavedPainting {
  readonly scalars: Readonly<Record<string, number>>;
  readonly vectors: Readonly<Record<string, Float32Array>>;
}

/** A small square painting in the making, by the steps of those that are made for users. */
class StudentPainting {
  readonly #side: number;
  readonly #canvas: Float32Array;
  readonly #optimizer: Adam;
  readonly #wanted: NamedTensors;

  /** @param wanted Gram matrices of the style, under the names that the graph has for them. */
  static begin(photo: RgbImage, wanted: NamedTensors): StudentPainting {
    const canvas = planesOf(photo);
    return new StudentPainting(photo.width, canvas, Adam.start(canvas.length, ADAM), wanted);
  }

  /** @param shapes of the Gram matrices, by name. */
  static restored(
    side: number,
    { scalars, vectors: { [CANVAS]: canvas, ...vectors } }: SavedPainting,
    shapes: Readonly<Record<string, readonly number[]>>,
  ): StudentPainting {
    const optimizer = Adam.resume({ kind: 'adam', scalars, vectors }, ADAM);
    const wanted = Object.entries(shapes).map(([name, shape]) => [
      name,
      float32(shape, vectors[name]!),
    ]);
    return new StudentPainting(
      side,
      canvas!,
      optimizer,
      Object.fromEntries(wanted) as NamedTensors,
    );
  }

  private constructor(side: number, canvas: Float32Array, optimizer: Adam, wanted: NamedTensors) {
    this.#side = side;
    this.#canvas = canvas;
    this.#optimizer = optimizer;
    this.#wanted = wanted;
  }

  /** What the painting graph reads. */
  get feeds(): NamedTensors {
    return { [CANVAS]: float32([1, 3, this.#side, this.#side], this.#canvas), ...this.#wanted };
  }

  /**
   * One step; none where the gradient is no number, as may be while a student has hardly learned.
   *
   * @param gradient by the canvas, of the style loss times the number of pixels; changed in place.
   */
  step(gradient: Float32Array): void {
    const picture = { width: this.#side, height: this.#side, data: this.#canvas };
    addTotalVariation(picture, VARIATION_WEIGHT, gradient);
    if (gradient.every(Number.isFinite)) this.#optimizer.step(this.#canvas, gradient);
  }

  /** @param finished what would be shown if it ended here; else the canvas as it is. */
  picture(finished: boolean): RgbImage {
    const shown = Float32Array.from(this.#canvas);
    if (finished) this.#optimizer.result(this.#canvas, shown);
    return imageOf(shown, this.#side);
  }

  /** Live: it changes with the next step. */
  state(): SavedPainting {
    const { scalars, vectors } = this.#optimizer.state();
    const wanted = Object.entries(this.#wanted).map(([name, { data }]) => [name, data]);
    return {
      scalars,
      vectors: {
        [CANVAS]: this.#canvas,
        ...vectors,
        ...(Object.fromEntries(wanted) as Record<string, Float32Array>),
      },
    };
  }
}

const UNIT = { layout: 'NCHW', channels: 'RGB', mean: [0, 0, 0], std: [255, 255, 255] } as const;

/** Plane after plane, from 0 to 1. */
const planesOf = (image: RgbImage): Float32Array =>
  imagesToTensor([{ image, mirrored: false }], UNIT).data;

function imageOf(values: Float32Array, side: number): RgbImage {
  const area = side ** 2;
  const data = new Uint8Array(3 * area);
  for (let i = 0; i < area; i++)
    for (let plane = 0; plane < 3; plane++)
      data[3 * i + plane] = Math.round(255 * values[plane * area + i]!);
  return { width: side, height: side, data };
}

/** Paintings that are worked on in turns. */
const PAINTINGS_AT_ONCE = 16;
const STEPS_PER_TURN = 2;
const TURNS = PAINTING_STEPS / STEPS_PER_TURN;

interface SavedPaintings {
  readonly paintings: readonly (SavedPainting['scalars'] | null)[];
}

/**
 * Paintings that the student makes while it learns. Gradient descent on a picture finds what the
 * student overlooks, and no photo shows that: so the student learns from pictures that it is just
 * painting, at every stage of their making, as they are, pixel by pixel. (Ross, Gordon and Bagnell
 * 2011 make the same point of policies that learn from an expert.)
 */
export class TrainingPaintings {
  readonly #task: StyleDistillationTask;
  readonly #session: OrtSession;
  readonly #paintings: (StudentPainting | null)[];

  static async open(
    task: StyleDistillationTask,
    student: Graph,
    saved: SavedState | null,
  ): Promise<TrainingPaintings> {
    const { input, shape, settings, runtime } = task;
    const { graph } = paintingGraph(student, { input, shape, side: settings.side });
    const session = await openInBlockedLayout(runtime, graph);
    return new TrainingPaintings(task, session, saved);
  }

  private constructor(task: StyleDistillationTask, session: OrtSession, saved: SavedState | null) {
    this.#task = task;
    this.#session = session;
    const paintings = (saved?.content as SavedPaintings | undefined)?.paintings ?? [];
    this.#paintings = Array.from({ length: PAINTINGS_AT_ONCE }, (_, index) => {
      const scalars = paintings[index] ?? null;
      if (scalars === null || saved === null) return null;
      const state = { scalars, vectors: vectorsOf(saved, index) };
      return StudentPainting.restored(task.settings.side, state, gramShapes(task.shape));
    });
  }

  /**
   * The painting whose turn it is, some steps further: every other time the canvas, in between what
   * would be shown as the result.
   *
   * @param turn number of this turn over the whole training.
   * @param weights of the student as it is.
   */
  async next(turn: number, weights: NamedTensors): Promise<RgbImage> {
    const index = turn % PAINTINGS_AT_ONCE;
    const round = Math.floor(turn / PAINTINGS_AT_ONCE);
    // They end one after another, not all at once.
    const begins = (round + Math.floor((index * TURNS) / PAINTINGS_AT_ONCE)) % TURNS === 0;
    const present = begins ? null : this.#paintings[index];
    const painting = present ?? (await this.#begin(turn, weights));
    this.#paintings[index] = painting;
    for (let step = 0; step < STEPS_PER_TURN; step++) {
      const results = await this.#session.run({ ...painting.feeds, ...weights });
      painting.step(results[gradientName(CANVAS)]!.data as Float32Array);
    }
    return painting.picture(round % 2 === 1);
  }

  state(): { readonly content: SavedPaintings; readonly vectors: SavedState['vectors'] } {
    const states = this.#paintings.map((painting) => painting?.state() ?? null);
    const vectors = states.flatMap((state, index) =>
      Object.entries(state?.vectors ?? {}).map(
        ([name, data]) => [prefixOf(index) + name, data] as const,
      ),
    );
    return {
      content: { paintings: states.map((state) => state?.scalars ?? null) },
      vectors: Object.fromEntries(vectors),
    };
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }

  async #begin(turn: number, weights: NamedTensors): Promise<StudentPainting> {
    const { training, settings } = this.#task;
    const random = new RandomStream(settings.seed, 'painting', turn);
    const style = randomCut(training, settings.side, random);
    const photo = randomCut(training, settings.side, random);
    return StudentPainting.begin(photo, await this.#gramsOf(style, weights));
  }

  /** What the student sees in a picture now, as what is wanted of a painting. */
  async #gramsOf(style: RgbImage, weights: NamedTensors): Promise<NamedTensors> {
    const shapes = gramShapes(this.#task.shape);
    const nothing = Object.entries(shapes).map(([name, shape]) => [
      name,
      float32(shape, new Float32Array(shape[0]! * shape[1]!)),
    ]);
    const painting = StudentPainting.begin(style, Object.fromEntries(nothing) as NamedTensors);
    const results = await this.#session.run({ ...painting.feeds, ...weights });
    const wanted = Object.keys(this.#task.shape.painted).map((layer) => [
      wantedGram(layer),
      results[seenGram(layer)]!,
    ]);
    return Object.fromEntries(wanted) as NamedTensors;
  }
}

const prefixOf = (index: number): string => `painting${index}/`;

function vectorsOf({ vectors }: SavedState, index: number): SavedState['vectors'] {
  const prefix = prefixOf(index);
  return Object.fromEntries(
    Object.entries(vectors)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, data]) => [name.slice(prefix.length), data]),
  );
}
