import path from 'node:path';
import { LikenessError } from '../../../contract/errors.ts';
import { readRegularFile } from '../../../foundation/files/read-file.ts';
import type { Graph } from '../../graph/graph.ts';
import { specialize } from '../../graph/rewrite.ts';
import { GraphError } from '../../graph/errors.ts';
import { OnnxError } from '../../onnx/schema.ts';
import { openDimensionsOf, readOnnx, type Sizes } from '../../onnx/read.ts';
import { operators } from '../../ops/registry.ts';
import { openDimensions } from './report.ts';

/** A graph, and the numbers that it was read with beyond those that were asked for. */
export interface ReadGraph {
  readonly graph: Graph;
  readonly assumed: Sizes;
}

/** What networks for pictures are fed as a rule; their strides divide it. */
const CUSTOMARY_SIZE = 640;

/**
 * The graph of an ONNX file with numbers for its open dimensions. One that fits certain sizes only
 * is read at a customary size.
 *
 * @throws LikenessError file_empty, invalid_input for a size that it does not have; system errors,
 * OnnxError and GraphError as they come
 */
export async function readGraph(file: string, sizes: Sizes): Promise<ReadGraph> {
  const bytes = await readRegularFile(file, 'model');
  if (bytes.length === 0)
    throw new LikenessError('file_empty', `${file} is empty.`, { details: { file } });
  const { graph, assumed } = readAtSomeSize(bytes, sizes);
  const named = graph.name === '' ? { ...graph, name: path.basename(file) } : graph;
  refuseUnknown(named, sizes, assumed);
  return { graph: specialize(named, operators, sizes), assumed };
}

function readAtSomeSize(bytes: Uint8Array, sizes: Sizes): ReadGraph {
  const { batch, sizes: open } = openDimensionsOf(bytes);
  const customary = Object.fromEntries(open.map((name) => [name, CUSTOMARY_SIZE]));
  const single = Object.fromEntries(batch.map((name) => [name, 1]));
  const attempts = [{}, customary, { ...single, ...customary }];
  let refusal: unknown;
  for (const assumed of attempts) {
    try {
      const given = refusal === undefined ? {} : { ...assumed, ...sizes };
      const added = Object.entries(assumed).filter(([name]) => !(name in sizes));
      return { graph: readOnnx(bytes, operators, given), assumed: Object.fromEntries(added) };
    } catch (error) {
      const dependsOnSize =
        error instanceof OnnxError &&
        error.cause instanceof GraphError &&
        OF_SIZES.has(error.cause.code);
      if (!dependsOnSize) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

/** What a graph may be refused for while dimensions are open, though it fits some sizes. */
const OF_SIZES: ReadonlySet<string> = new Set(['shape_mismatch', 'wrong_inputs']);

function refuseUnknown(graph: Graph, sizes: Sizes, assumed: Sizes): void {
  // What was needed for reading it has been put in already.
  if (Object.keys(assumed).length > 0) return;
  const open = openDimensions(graph);
  const unknown = Object.keys(sizes).find((name) => !open.includes(name));
  if (unknown === undefined) return;
  const known = open.length === 0 ? 'All are numbers already.' : `There are: ${open.join(', ')}.`;
  throw new LikenessError(
    'invalid_input',
    `The graph ${graph.name} has no open dimension ${unknown}. ${known}`,
    { details: { dimension: unknown, openDimensions: open } },
  );
}
