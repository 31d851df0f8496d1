import { gradientName } from '../../autodiff/gradient.ts';
import { float32, type Tensor } from '../../graph/tensor.ts';
import { openGraph } from '../../runtime/graphs.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Session } from '../../runtime/session.ts';
import type { NamedTensors } from '../../runtime/tensor.ts';
import { addTotalVariation } from '../losses/total-variation.ts';
import { areaOf, type Picture } from '../picture.ts';
import { activationOf } from './describe.ts';
import { layerNamed, positionsOf } from './layers.ts';
import { CONTENT, CONTENT_TARGET, IMAGE, STYLE, weightsName } from './names.ts';
import type { Evaluation, Objective } from './objective.ts';
import { maskWeights, type Scene } from './scene.ts';
import { gramTargets } from './targets.ts';
import { wholeGraph } from './whole-graph.ts';

/** Loss and gradient by Gram matrices in one run over the whole picture: the fast way. */
export class WholePicture implements Objective {
  readonly #session: Session;
  readonly #aims: NamedTensors;
  readonly #weights: Scene['recipe']['weights'];

  static async open(runtime: Runtime, scene: Scene): Promise<WholePicture> {
    const { encoder, recipe, content, groups } = scene;
    const style = await gramTargets(runtime, scene);
    const target = await activationOf(runtime, encoder, content, recipe.contentLayer);
    const units = new Map([
      [CONTENT, energy(target)],
      ...Object.entries(style).map(([name, { data }]) => [name, energy(data)] as const),
    ]);
    const graph = wholeGraph({
      ...{ encoder, recipe, size: content },
      groups: groups.map(({ weight, mask }) => ({ weight, masked: mask !== null })),
      unitOf: (name) => units.get(name)!,
    });
    const session = await openGraph(runtime, graph);
    const aims = {
      ...style,
      ...masks(scene),
      [CONTENT_TARGET]: contentTensor(scene, target),
    };
    return new WholePicture(session, aims, recipe.weights);
  }

  private constructor(session: Session, aims: NamedTensors, weights: Scene['recipe']['weights']) {
    this.#session = session;
    this.#aims = aims;
    this.#weights = weights;
  }

  async evaluate(picture: Picture, gradient: Float32Array): Promise<Evaluation> {
    const { width, height, data } = picture;
    const image = float32([1, 3, height, width], data);
    const outputs = await this.#session.run({ ...this.#aims, [IMAGE]: image });
    gradient.set(outputs[gradientName(IMAGE)]!.data as Float32Array);
    const [content, style] = [CONTENT, STYLE].map((name) => Number(outputs[name]!.data[0]));
    const weights = this.#weights;
    const variation = addTotalVariation(picture, weights.totalVariation, gradient);
    const area = areaOf(picture);
    return {
      total:
        area * (weights.content * content! + weights.style * style!) +
        weights.totalVariation * variation,
      losses: { content: content!, style: style!, totalVariation: variation / area },
    };
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}

/** Sum of squares; never zero, as it divides. */
function energy(values: Tensor['data']): number {
  let sum = 0;
  for (const value of values) sum += Number(value) ** 2;
  return Math.max(sum, Number.MIN_VALUE);
}

function contentTensor({ encoder, recipe, content }: Scene, target: Float32Array): Tensor {
  const layer = layerNamed(encoder, recipe.contentLayer);
  const { width, height } = positionsOf(content, layer);
  return float32([1, layer.channels, height, width], target);
}

function masks(scene: Scene): NamedTensors {
  const layers = scene.recipe.styleLayers;
  return Object.fromEntries(
    scene.groups.flatMap(({ mask }, group) =>
      mask === null
        ? []
        : layers.map(({ layer }) => {
            const weights = maskWeights(scene, mask, layer);
            return [weightsName(group, layer), float32([1, weights.length], weights)] as const;
          }),
    ),
  );
}
