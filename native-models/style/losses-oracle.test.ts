import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { gradient, gradientName } from '../autodiff/gradient.ts';
import { vgg19 } from '../catalog/downloads.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { float32 } from '../graph/tensor.ts';
import { operators } from '../ops/registry.ts';
import { graphOf, openGraph, Runtime } from '../runtime/runtime.ts';
import { encode, type StyleEncoder } from './encoder.ts';
import { squaredDistance, totalVariation, weightedSum, gramMatrix } from './losses.ts';

const data = process.env['LIKENESS_DATA'] ?? path.join(import.meta.dirname, '../../../shared/data');
const oracleFile = path.join(data, 'oracles/style-gradient');
const absent = !existsSync(`${oracleFile}.json`) || !existsSync(path.join(data, 'vgg19'));
if (absent) console.warn(`Skipped: ${oracleFile}.json is not there; set LIKENESS_DATA.`);

interface OracleIndex {
  readonly values: Readonly<Record<string, number>>;
  readonly arrays: readonly { readonly name: string; readonly shape: number[]; offset: number }[];
}

const SHAPE = [1, 3, 48, 64];
const STYLE_LAYERS = ['relu1_1', 'relu2_1', 'relu3_1'];

/** The definitions of the oracle, written with the building blocks that painting uses. */
type Losses = Record<'content' | 'style' | 'total_variation', Value>;

function lossesOf(builder: GraphBuilder, encoder: StyleEncoder): Losses {
  const image = (name: string) => builder.input(name, 'float32', SHAPE);
  const x = image('x');
  const [mine, content, style] = [
    encode(builder, encoder, x, 'x_'),
    encode(builder, encoder, image('content'), 'content_'),
    encode(builder, encoder, image('style'), 'style_'),
  ] as const;
  const byLayer = STYLE_LAYERS.map((layer) => {
    const [gram, target] = [mine, style].map((of) => gramMatrix(builder, of.get(layer)!));
    return [1, squaredDistance(builder, gram!, target!)] as const;
  });
  const distance = squaredDistance(builder, mine.get('relu3_4')!, content.get('relu3_4')!);
  return {
    content: weightedSum(builder, [[0.5, distance]]),
    style: weightedSum(builder, byLayer),
    total_variation: totalVariation(builder, x),
  };
}

async function loadEncoder(): Promise<StyleEncoder> {
  const contents = await Promise.all(
    vgg19.files.map(
      async ({ name }) => [name, await readFile(path.join(data, 'vgg19', name))] as const,
    ),
  );
  const { onnx, manifest } = await vgg19.assemble(new Map(contents));
  return { graph: graphOf(onnx, operators), manifest: manifest as StyleEncoder['manifest'] };
}

test.skipIf(absent)(
  'values and pixel gradients equal those of another system (needs LIKENESS_DATA)',
  async () => {
    const index = JSON.parse(await readFile(`${oracleFile}.json`, 'utf8')) as OracleIndex;
    const bytes = await readFile(`${oracleFile}.bin`);
    const array = (name: string) => {
      const { offset } = index.arrays.find((entry) => entry.name === name)!;
      const length = SHAPE.reduce((product, extent) => product * extent);
      return new Float32Array(Uint8Array.from(bytes.subarray(offset, offset + 4 * length)).buffer);
    };
    const feeds = {
      x: float32(SHAPE, array('generated_image')),
      content: float32(SHAPE, array('content_image')),
      style: float32(SHAPE, array('style_image')),
    };
    const encoder = await loadEncoder();
    const runtime = new Runtime({ provider: 'cpu' });
    for (const loss of ['content', 'style', 'total_variation'] as const) {
      const builder = new GraphBuilder(loss, operators);
      const graph = builder.build({ loss: lossesOf(builder, encoder)[loss] });
      const request = { loss: 'loss', variables: ['x'], operators };
      const session = await openGraph(runtime, gradient(graph, request));
      const results = await session.run(feeds);
      await session.dispose();
      const value = Number(results['loss']!.data[0]);
      expect(Math.abs(value / index.values[loss]! - 1), `value of ${loss}`).toBeLessThan(1e-4);
      const mine = results[gradientName('x')]!.data as Float32Array;
      const deviation = relativeDifference(mine, array(`d_${loss}`));
      expect(deviation, `gradient of ${loss}`).toBeLessThan(1e-3);
      console.info(`${loss}: relative deviation ${deviation.toExponential(1)}`);
    }
  },
);

function relativeDifference(a: Float32Array, reference: Float32Array): number {
  const difference = Math.hypot(...a.map((value, index) => value - reference[index]!));
  return difference / Math.hypot(...reference);
}
