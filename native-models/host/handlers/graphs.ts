import { differentiate } from '../graphs/differentiate.ts';
import { asGraphRefusal } from '../graphs/errors.ts';
import { readGraph } from '../graphs/read-graph.ts';
import { reportOn } from '../graphs/report.ts';
import type { Handlers } from '../handler.ts';

export const graphHandlers: Pick<Handlers, 'showGraph' | 'gradGraph'> = {
  showGraph: (_, { file, sizes }) =>
    explained(file, async () => {
      const { graph, assumed } = await readGraph(file, sizes);
      return { ...reportOn(graph), assumed };
    }),

  gradGraph: (_, { file, sizes, ...wanted }) =>
    explained(file, async () => {
      const read = await readGraph(file, sizes);
      const { graph, variables, ...rest } = differentiate(read.graph, wanted);
      return { ...reportOn(graph), assumed: read.assumed, ...rest, variables: [...variables] };
    }),
};

async function explained<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw asGraphRefusal(thrown, file);
  }
}
