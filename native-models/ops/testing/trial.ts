import { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import { float32, tensor, type Tensor } from '../../graph/tensor.ts';
import { product } from '../rules.ts';
import { operators } from '../registry.ts';
import type { RandomSource } from './random-source.ts';

/** A graph of one operator with random inputs and the values to feed them with. */
export class Trial {
  readonly builder = new GraphBuilder('trial', operators);
  readonly random: RandomSource;
  readonly feeds: Record<string, Tensor> = {};

  constructor(random: RandomSource) {
    this.random = random;
  }

  /** An input of random numbers between 0.1 and 2.1, where all functions are defined. */
  floats(shape: readonly number[]): Value {
    const values = Array.from({ length: product(shape) }, () => 0.1 + 2 * this.random.uniform());
    return this.#input(float32(shape, values));
  }

  booleans(shape: readonly number[]): Value {
    const values = Uint8Array.from({ length: product(shape) }, () => this.random.int(0, 1));
    return this.#input(tensor('bool', shape, values));
  }

  /** An input of whole numbers from 0 to below `end`. */
  indices(shape: readonly number[], end: number): Value {
    const values = BigInt64Array.from(this.random.list(product(shape), 0, end - 1), BigInt);
    return this.#input(tensor('int64', shape, values));
  }

  shape(least = 1, most = 4): number[] {
    return this.random.list(this.random.int(least, most), 1, 5);
  }

  /** A shape that broadcasts to the given one: axes left out in front, extents replaced by 1. */
  broadcastable(shape: readonly number[]): number[] {
    const kept = shape.slice(this.random.int(0, shape.length));
    return kept.map((extent) => (this.random.chance(0.3) ? 1 : extent));
  }

  /** An axis of a tensor with so many, counted from the front or from the back. */
  axis(rank: number): number {
    return this.random.int(-rank, rank - 1);
  }

  /** Some of its axes, at least one, in any order. */
  axes(rank: number): number[] {
    const count = this.random.int(1, rank);
    const chosen = this.random.shuffle([...Array(rank).keys()]).slice(0, count);
    return chosen.map((axis) => (this.random.chance() ? axis - rank : axis));
  }

  #input(values: Tensor): Value {
    const name = `x${Object.keys(this.feeds).length}`;
    this.feeds[name] = values;
    return this.builder.input(name, values.type, values.shape);
  }
}

/** Builds one random, valid application of an operator and returns its outputs. */
export type OperatorTrial = (trial: Trial) => Value | readonly Value[];

/** Operators that take the same inputs. */
export function trialsOf(
  ops: readonly string[],
  trialOf: (op: string) => OperatorTrial,
): Readonly<Record<string, OperatorTrial>> {
  return Object.fromEntries(ops.map((op) => [op, trialOf(op)]));
}
