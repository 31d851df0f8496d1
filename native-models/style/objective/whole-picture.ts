import { gradientName } from '../../autodiff/gradient.ts';
import { float32, type Tensor } from '../../graph/tensor.ts';
import { openGraph } from '../../runtime/graphs.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Session } from '../../runtime/session.ts';
import type { NamedTensors } from '../../runtime/tensor.ts';
import type { Picture } from '../picture.ts';
import { activationOf, framed } from './describe.ts';
import { energy } from './energy.ts';
import { innerRegion, type Frame } from './frame.ts';
import type { Comparer, Comparison } from './framed.ts';
import { layerNamed } from './layers.ts';
import { CONTENT, CONTENT_TARGET, IMAGE, STYLE, weightsName } from './names.ts';
import { maskWeights, type Scene } from './scene.ts';
import { gramTargets } from './targets.ts';
import { wholeGraph } from './whole-graph.ts';

/** Compares Gram matrices in one run over the whole picture: the fast way. */
export class WholePicture implements Comparer {
  readonly #session: Session;
  readonly #aims: NamedTensors;

  static async open(runtime: Runtime, scene: Scene, frame: Frame): Promise<WholePicture> {
    const { encoder, recipe, groups } = scene;
    const style = await gramTargets(runtime, scene);
    const content = await contentTarget(runtime, scene, frame);
    const aims: NamedTensors = { ...style, [CONTENT]: content };
    const graph = wholeGraph({
      ...{ encoder, recipe, frame },
      groups: groups.map(({ weight, mask }) => ({ weight, masked: mask !== null })),
      unitOf: (name) => energy(aims[name]!.data as Float32Array),
    });
    const session = await openGraph(runtime, graph);
    return new WholePicture(session, { ...style, ...masks(scene), [CONTENT_TARGET]: content });
  }

  private constructor(session: Session, aims: NamedTensors) {
    this.#session = session;
    this.#aims = aims;
  }

  async compare({ width, height, data }: Picture, gradient: Picture): Promise<Comparison> {
    const image = float32([1, 3, height, width], data);
    const outputs = await this.#session.run({ ...this.#aims, [IMAGE]: image });
    gradient.data.set(outputs[gradientName(IMAGE)]!.data as Float32Array);
    return { content: numberIn(outputs[CONTENT]!), style: numberIn(outputs[STYLE]!) };
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}

const numberIn = ({ data }: Tensor): number => Number(data[0]);

/** The content's activation without that of the frame. */
async function contentTarget(
  runtime: Runtime,
  { encoder, recipe, content }: Scene,
  frame: Frame,
): Promise<Tensor> {
  const layer = layerNamed(encoder, recipe.contentLayer);
  const activation = await activationOf(runtime, encoder, framed(frame, content), layer.name);
  const [, channels, rows, columns] = activation.shape;
  const { x, y, width, height } = innerRegion(frame, layer);
  const inner = new Float32Array(channels! * width * height);
  let to = 0;
  for (let channel = 0; channel < channels!; channel++)
    for (let row = y; row < y + height; row++, to += width) {
      const from = (channel * rows! + row) * columns! + x;
      inner.set(activation.data.subarray(from, from + width), to);
    }
  return float32([1, channels!, height, width], inner);
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
