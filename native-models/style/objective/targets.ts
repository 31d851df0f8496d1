import { float32 } from '../../graph/tensor.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { NamedTensors } from '../../runtime/tensor.ts';
import { gramsOf } from './describe.ts';
import type { StyleGroup } from './groups.ts';
import { layerNamed } from './layers.ts';
import { gramName } from './names.ts';
import type { Scene } from './scene.ts';

/** The Gram matrices that each group of styles is to have, by `gramName`. */
export async function gramTargets(runtime: Runtime, scene: Scene): Promise<NamedTensors> {
  const { encoder, recipe } = scene;
  const targets: Record<string, NamedTensors[string]> = {};
  for (const [group, { styles }] of scene.groups.entries()) {
    const mixed = await mixedGrams(runtime, scene, styles);
    for (const { layer } of recipe.styleLayers) {
      const { channels } = layerNamed(encoder, layer);
      targets[gramName(group, layer)] = float32([channels, channels], mixed.get(layer)!);
    }
  }
  return targets;
}

/** Σ weight · Gram matrix. */
async function mixedGrams(
  runtime: Runtime,
  { encoder, recipe }: Scene,
  styles: StyleGroup['styles'],
): Promise<ReadonlyMap<string, Float32Array>> {
  const layers = recipe.styleLayers.map(({ layer }) => layer);
  const mixed = new Map<string, Float32Array>();
  for (const { picture, weight } of styles)
    for (const [layer, gram] of await gramsOf(runtime, encoder, picture, layers)) {
      const sum = mixed.get(layer) ?? new Float32Array(gram.length);
      for (let i = 0; i < sum.length; i++) sum[i]! += weight * gram[i]!;
      mixed.set(layer, sum);
    }
  return mixed;
}
