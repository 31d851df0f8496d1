import type { Graph } from '../../../graph/graph.ts';
import { faceApiNetworks, type FaceApiNetwork } from '../networks.ts';
import { faceApiModelFolder, readWeights } from '../weights.ts';

/** One of the networks by its catalog id, with what its manifest will say. */
export async function buildNetwork(
  id: string,
): Promise<{ readonly graph: Graph; readonly manifest: FaceApiNetwork['manifest'] }> {
  const network = faceApiNetworks.find(({ manifest }) => manifest.id === id);
  if (network === undefined) throw new RangeError(`There is no network ${id}.`);
  const weights = await readWeights(faceApiModelFolder(), network.weights);
  return { graph: network.build(weights), manifest: network.manifest };
}
