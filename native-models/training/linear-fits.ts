import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { float32, type TensorOf } from '../graph/tensor.ts';
import { LikenessError } from '../../contract/errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import { add } from '../ops/arithmetic.ts';
import { gemm } from '../ops/products.ts';
import { operators } from '../ops/registry.ts';
import { openGraph, withGraph, type Runtime } from '../runtime/runtime.ts';
import type { NamedTensors } from '../runtime/session.ts';

/**
 * The mean of x xᵀ over vectors of one length, one behind the other.
 *
 * @param data float32[rows, length].
 * @returns float64[length, length], symmetric.
 */
export function secondMoment(data: Float32Array, length: number): Float64Array {
  const rows = data.length / length;
  const moment = new Float64Array(length * length);
  for (let start = 0; start < data.length; start += length)
    for (let i = 0; i < length; i++) {
      const weight = data[start + i]! / rows;
      // Many activations are zero.
      if (weight === 0) continue;
      for (let j = 0; j < length; j++) moment[i * length + j]! += weight * data[start + j]!;
    }
  return moment;
}

/**
 * The directions that most of the length of encodings lies along, strongest first. What is compared
 * by cosine is not centered, so neither is this.
 *
 * @param encodings of length D each; at least one.
 * @param count at most D.
 * @returns float32[D, count] with orthonormal columns.
 */
export function principalDirections(
  encodings: readonly Float32Array[],
  count: number,
): TensorOf<'float32'> {
  const { eigenvectorMatrix } = new EigenvalueDecomposition(momentOf(encodings), {
    assumeSymmetric: true,
  });
  const { rows, columns } = eigenvectorMatrix;
  // Eigenvalues ascend.
  return float32(
    [rows, count],
    Float32Array.from({ length: rows * count }, (_, index) =>
      eigenvectorMatrix.get(Math.floor(index / count), columns - 1 - (index % count)),
    ),
  );
}

function momentOf(encodings: readonly Float32Array[]): Matrix {
  const { length } = encodings[0]!;
  const data = new Float32Array(encodings.length * length);
  encodings.forEach((encoding, row) => data.set(encoding, row * length));
  return Matrix.from1DArray(length, length, secondMoment(data, length));
}

/** y = x · weight + bias. */
export interface LinearMap {
  /** float32[F, D] */
  readonly weight: TensorOf<'float32'>;
  /** float32[D] */
  readonly bias: TensorOf<'float32'>;
}

interface RidgeOptions {
  /** Penalty on the weights of standardized features, per example. */
  readonly penalty: number;
  /** Conjugate-gradient steps at most. */
  readonly iterations: number;
  /** Relative residual at which to stop. */
  readonly tolerance: number;
}

const defaults: RidgeOptions = { penalty: 1, iterations: 300, tolerance: 1e-4 };

/** What brings features to mean 0 and deviation 1, and targets to mean 0. */
interface Standard {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  readonly center: Float64Array;
}

/** Rows that enter the sums at once. */
const CHUNK = 512;

/**
 * Ridge regression of many targets on standardized features: (ZᵀZ/n + penalty · I) W = ZᵀY/n, by
 * conjugate gradients, one recursion per target (Hestenes and Stiefel 1952).
 */
export class RidgeRegression {
  readonly #features: number;
  readonly #targets: number;
  readonly #runtime: Runtime;
  readonly #rows: { readonly x: Float32Array; readonly y: Float32Array }[] = [];
  #count = 0;

  constructor(runtime: Runtime, features: number, targets: number) {
    this.#runtime = runtime;
    this.#features = features;
    this.#targets = targets;
  }

  /** @param x float32[n, F]; @param y float32[n, D] */
  add(x: Float32Array, y: Float32Array): void {
    this.#rows.push({ x: Float32Array.from(x), y: Float32Array.from(y) });
    this.#count += x.length / this.#features;
  }

  /** @throws LikenessError training_impossible without examples. */
  async solve(given: Partial<RidgeOptions> = {}): Promise<LinearMap> {
    if (this.#count === 0)
      throw new LikenessError('training_impossible', 'There is no face to learn from.');
    const options = { ...defaults, ...given };
    const mean = this.#columnMeans();
    const deviation = this.#columnDeviations(mean);
    const center = meansOf(
      this.#rows.map(({ y }) => y),
      this.#targets,
    );
    const standard = { mean, deviation, center };
    const solution =
      this.#count < this.#features
        ? await this.#solveByExamples(standard, options)
        : await this.#solveByFeatures(standard, options);
    return this.#inFeatureUnits(solution, mean, deviation, center);
  }

  async #solveByFeatures(standard: Standard, options: RidgeOptions): Promise<Float64Array> {
    const [gram, moment] = await this.#products(standard);
    return this.#conjugateGradients(this.#features, gram, moment, options);
  }

  /** W = Zᵀ (ZZᵀ/n + penalty · I)⁻¹ Y / n: the same solution, where examples are fewer than features. */
  async #solveByExamples(standard: Standard, options: RidgeOptions): Promise<Float64Array> {
    const [features, targets, count] = [this.#features, this.#targets, this.#count];
    const { mean, deviation, center } = standard;
    const z = float32(
      [count, features],
      standardize(joined(this.#rows.map(({ x }) => x)), mean, deviation),
    );
    const y = joined(this.#rows.map(({ y: part }) => part)).map(
      (value, i) => (value - center[i % targets]!) / count,
    );
    const products = await runOnce(this.#runtime, byExamplesGraph(count, features), { z });
    const gram = products['gram']!.data as Float32Array;
    const weights = await this.#conjugateGradients(count, gram, y, options);
    const spread = await runOnce(this.#runtime, spreadGraph(count, features, targets), {
      z,
      weights: float32([count, targets], Float32Array.from(weights)),
    });
    return Float64Array.from(spread['solution']!.data as Float32Array);
  }

  #columnMeans(): Float64Array {
    return meansOf(
      this.#rows.map(({ x }) => x),
      this.#features,
    );
  }

  #columnDeviations(mean: Float64Array): Float64Array {
    const sums = new Float64Array(this.#features);
    for (const { x } of this.#rows)
      for (let i = 0; i < x.length; i++) {
        const column = i % this.#features;
        sums[column]! += (x[i]! - mean[column]!) ** 2;
      }
    return sums.map((sum) => Math.sqrt(sum / this.#count) + 1e-3);
  }

  /** ZᵀZ / n and Zᵀ(Y − center) / n. */
  async #products({
    mean,
    deviation,
    center,
  }: Standard): Promise<readonly [Float32Array, Float32Array]> {
    const [features, targets] = [this.#features, this.#targets];
    const session = await openGraph(this.#runtime, sumsGraph(features, targets));
    let gram = new Float32Array(features * features);
    let moment = new Float32Array(features * targets);
    for (const { x, y, rows } of this.#chunks()) {
      const z = standardize(x, mean, deviation);
      const centered = y.map((value, i) => (value - center[i % targets]!) / this.#count);
      const results = await session.run({
        z: float32([rows, features], z),
        scaled: float32(
          [rows, features],
          z.map((value) => value / this.#count),
        ),
        y: float32([rows, targets], centered),
        gram: float32([features, features], gram),
        moment: float32([features, targets], moment),
      });
      gram = results['new_gram']!.data as Float32Array<ArrayBuffer>;
      moment = results['new_moment']!.data as Float32Array<ArrayBuffer>;
    }
    await session.dispose();
    return [gram, moment];
  }

  *#chunks(): Generator<{ x: Float32Array; y: Float32Array; rows: number }> {
    const [features, targets] = [this.#features, this.#targets];
    for (const { x, y } of this.#rows) {
      const count = x.length / features;
      for (let start = 0; start < count; start += CHUNK) {
        const end = Math.min(count, start + CHUNK);
        yield {
          x: x.subarray(start * features, end * features),
          y: y.subarray(start * targets, end * targets),
          rows: end - start,
        };
      }
    }
  }

  /** (matrix + penalty · I) solution = right, with `size` rows. */
  async #conjugateGradients(
    size: number,
    matrix: Float32Array,
    right: Float32Array,
    { penalty, iterations, tolerance }: RidgeOptions,
  ): Promise<Float64Array> {
    const targets = this.#targets;
    for (let i = 0; i < size; i++) matrix[i * size + i]! += penalty;
    const session = await openGraph(this.#runtime, productGraph(size, targets));
    const matrixTensor = float32([size, size], matrix);
    const solution = new Float64Array(size * targets);
    const residual = Float64Array.from(right);
    const direction = Float64Array.from(right);
    let squares = columnSquares(residual, residual, targets);
    const goal = squares.map((square) => square * tolerance ** 2);
    for (let step = 0; step < iterations && squares.some((s, i) => s > goal[i]!); step++) {
      const results = await session.run({
        a: matrixTensor,
        b: float32([size, targets], Float32Array.from(direction)),
      });
      const image = Float64Array.from(results['product']!.data as Float32Array);
      const curvature = columnSquares(direction, image, targets);
      const before = squares;
      for (let i = 0; i < solution.length; i++) {
        const column = i % targets;
        const length = before[column]! / Math.max(curvature[column]!, 1e-300);
        solution[i]! += length * direction[i]!;
        residual[i]! -= length * image[i]!;
      }
      squares = columnSquares(residual, residual, targets);
      for (let i = 0; i < direction.length; i++) {
        const column = i % targets;
        const share = squares[column]! / Math.max(before[column]!, 1e-300);
        direction[i] = residual[i]! + share * direction[i]!;
      }
    }
    await session.dispose();
    return solution;
  }

  #inFeatureUnits(
    solution: Float64Array,
    mean: Float64Array,
    deviation: Float64Array,
    center: Float64Array,
  ): LinearMap {
    const [features, targets] = [this.#features, this.#targets];
    const bias = Float64Array.from(center);
    const weight = solution.map((value, i) => value / deviation[Math.floor(i / targets)]!);
    weight.forEach((value, i) => (bias[i % targets]! -= value * mean[Math.floor(i / targets)]!));
    return {
      weight: float32([features, targets], Float32Array.from(weight)),
      bias: float32([targets], Float32Array.from(bias)),
    };
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const runOnce = (runtime: Runtime, graph: Graph, feeds: NamedTensors): Promise<NamedTensors> =>
  withGraph(runtime, graph, (session) => session.run(feeds));

function meansOf(parts: readonly Float32Array[], columns: number): Float64Array {
  const sums = new Float64Array(columns);
  let rows = 0;
  for (const part of parts) {
    rows += part.length / columns;
    for (let i = 0; i < part.length; i++) sums[i % columns]! += part[i]!;
  }
  return sums.map((sum) => sum / rows);
}

function standardize(x: Float32Array, mean: Float64Array, deviation: Float64Array): Float32Array {
  return x.map((value, i) => {
    const column = i % mean.length;
    return (value - mean[column]!) / deviation[column]!;
  });
}

/** Σ a · b per column of row-major matrices. */
function columnSquares(a: Float64Array, b: Float64Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  for (let i = 0; i < a.length; i++) sums[i % columns]! += a[i]! * b[i]!;
  return sums;
}

function sumsGraph(features: number, targets: number) {
  const builder = new GraphBuilder('ridge_sums', operators);
  const z = builder.input('z', 'float32', ['rows', features]);
  const scaled = builder.input('scaled', 'float32', ['rows', features]);
  const y = builder.input('y', 'float32', ['rows', targets]);
  const gram = builder.input('gram', 'float32', [features, features]);
  const moment = builder.input('moment', 'float32', [features, targets]);
  return builder.build({
    new_gram: add(builder, gram, gemm(builder, z, scaled, { transposeA: true })),
    new_moment: add(builder, moment, gemm(builder, z, y, { transposeA: true })),
  });
}

function productGraph(features: number, targets: number) {
  const builder = new GraphBuilder('ridge_product', operators);
  const a = builder.input('a', 'float32', [features, features]);
  const b = builder.input('b', 'float32', [features, targets]);
  return builder.build({ product: gemm(builder, a, b) });
}

/** ZZᵀ / n */
function byExamplesGraph(count: number, features: number): Graph {
  const builder = new GraphBuilder('ridge_examples', operators);
  const z = builder.input('z', 'float32', [count, features]);
  return builder.build({ gram: gemm(builder, z, z, { transposeB: true, alpha: 1 / count }) });
}

/** Zᵀ weights */
function spreadGraph(count: number, features: number, targets: number): Graph {
  const builder = new GraphBuilder('ridge_spread', operators);
  const z = builder.input('z', 'float32', [count, features]);
  const weights = builder.input('weights', 'float32', [count, targets]);
  return builder.build({ solution: gemm(builder, z, weights, { transposeA: true }) });
}
