import { differentiate } from '../graphs/differentiate.ts';
import { asGraphRefusal } from '../graphs/errors.ts';
import { readGraph } from '../graphs/read-graph.ts';
import { reportOn } from '../graphs/report.ts';
import type { Handlers } from '../handler.ts';

export const graphHandlers: Pick<Handlers, 'showGraph' | 'gradGraph'> = {
  showGraph: (_, { file, sizes }) =>
    explained(file, async () => reportOn(await readGraph(file, sizes))),

  gradGraph: (_, { file, sizes, ...wanted }) =>
    explained(file, async () => {
      const { graph, variables, ...rest } = differentiate(await readGraph(file, sizes), wanted);
      return { ...reportOn(graph), ...rest, variables: [...variables] };
    }),
};

async function explained<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw asGraphRefusal(thrown, file);
  }
}
