import { float32 } from '../../graph/tensor.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { NamedTensors } from '../../runtime/tensor.ts';
import { gramsOf, samplesOf } from './describe.ts';
import type { StyleGroup } from './groups.ts';
import { layerNamed } from './layers.ts';
import { gramName } from './names.ts';
import type { Scene } from './scene.ts';
import { sampleName, SAMPLES } from './swd-parts.ts';

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
  scene: Scene,
  styles: StyleGroup['styles'],
): Promise<ReadonlyMap<string, Float32Array>> {
  const mixed = new Map<string, Float32Array>();
  for (const { picture, weight } of styles)
    for (const [layer, gram] of await gramsOf(runtime, scene, picture)) {
      const sum = mixed.get(layer) ?? new Float32Array(gram.length);
      for (let i = 0; i < sum.length; i++) sum[i]! += weight * gram[i]!;
      mixed.set(layer, sum);
    }
  return mixed;
}

/** Activations that stand for each group of styles, by `sampleName`, float32[C, SAMPLES]. */
export async function sampleTargets(runtime: Runtime, scene: Scene): Promise<NamedTensors> {
  const targets: Record<string, NamedTensors[string]> = {};
  for (const [group, { styles }] of scene.groups.entries()) {
    const samples = await mixedSamples(runtime, scene, styles);
    for (const { layer } of scene.recipe.styleLayers) {
      const { channels } = layerNamed(scene.encoder, layer);
      targets[sampleName(group, layer)] = float32([channels, SAMPLES], samples.get(layer)!);
    }
  }
  return targets;
}

/** Of each style as many as its weight says. */
async function mixedSamples(
  runtime: Runtime,
  scene: Scene,
  styles: StyleGroup['styles'],
): Promise<ReadonlyMap<string, Float32Array>> {
  const mixed = new Map<string, Float32Array>();
  let [filled, share] = [0, 0];
  for (const { picture, weight } of styles) {
    share += weight;
    const count = Math.min(SAMPLES, Math.round(share * SAMPLES)) - filled;
    if (count === 0) continue;
    for (const [layer, sample] of await samplesOf(runtime, scene, picture, count)) {
      const rows = mixed.get(layer) ?? new Float32Array((sample.length / count) * SAMPLES);
      for (let row = 0; row * SAMPLES < rows.length; row++)
        rows.set(sample.subarray(row * count, (row + 1) * count), row * SAMPLES + filled);
      mixed.set(layer, rows);
    }
    filled += count;
  }
  return mixed;
}
