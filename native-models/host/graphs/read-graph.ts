import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LikenessError } from '../../../app/contract/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import { specialise } from '../../graph/specialise.ts';
import { readOnnx } from '../../onnx/read.ts';
import { operators } from '../../ops/registry.ts';
import { openDimensions } from './report.ts';

/**
 * The graph of an ONNX file with numbers for its open dimensions.
 *
 * @throws LikenessError file_empty, invalid_input for a size that it does not have; system errors,
 * OnnxError and GraphError as they come
 */
export async function readGraph(
  file: string,
  sizes: Readonly<Record<string, number>>,
): Promise<Graph> {
  const bytes = await readFile(file);
  if (bytes.length === 0)
    throw new LikenessError('file_empty', `${file} is empty.`, { details: { file } });
  const graph = readOnnx(bytes, operators);
  const named = graph.name === '' ? { ...graph, name: path.basename(file) } : graph;
  refuseUnknown(named, sizes);
  return specialise(named, operators, sizes);
}

function refuseUnknown(graph: Graph, sizes: Readonly<Record<string, number>>): void {
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
