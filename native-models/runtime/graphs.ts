import type { Graph } from '../graph/graph.ts';
import type { OperatorRegistry } from '../graph/operator.ts';
import { readOnnx } from '../onnx/read.ts';
import { writeOnnx } from '../onnx/write.ts';
import type { Runtime } from './runtime.ts';
import type { Session } from './session.ts';

/** Loads a graph that was built here. */
export function openGraph(runtime: Runtime, graph: Graph): Promise<Session> {
  return runtime.open({ bytes: writeOnnx(graph), name: graph.name });
}

/** Loads a graph for one use and frees it afterwards. */
export async function withGraph<T>(
  runtime: Runtime,
  graph: Graph,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openGraph(runtime, graph);
  try {
    return await use(session);
  } finally {
    await session.dispose();
  }
}

/** The graph of an ONNX file, to be differentiated or built into another. Throws an OnnxError. */
export function graphOf(onnx: Uint8Array, operators: OperatorRegistry): Graph {
  return readOnnx(onnx, operators);
}
