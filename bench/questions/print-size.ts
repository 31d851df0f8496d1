import path from 'node:path';
import sharp from 'sharp';
import { PaintingSettings } from '../../contract/paintings.ts';
import { pictureNamed, vgg19Folder } from '../data/paintings.ts';
import { startStudio } from '../measure/product.ts';
import type { Answer, Options } from './question.ts';

const WIDTH = 3000;
const BUDGET_MB = 1500;

/** Whether a painting of print size, 3 : 2, keeps to its memory budget, and how well that was predicted. */
export async function measurePrintSize(options: Options): Promise<Answer> {
  const { encoder, steps = 1, size = WIDTH, budget = BUDGET_MB } = options;
  await using studio = await startStudio(vgg19Folder());
  const content = path.join(studio.dataDir, 'content.png');
  await sharp(pictureNamed('golden_gate'))
    .resize(size, Math.round((2 * size) / 3), { fit: 'fill' })
    .toFile(content);
  const settings = PaintingSettings.parse({
    content,
    styles: [{ path: pictureNamed('starry_night') }],
    size,
    steps,
    encoder: encoder ?? (vgg19Folder() === null ? 'filter-bank' : 'vgg19'),
    memoryBudgetMb: budget,
  });
  const order = {
    job: 1,
    settings,
    output: path.join(studio.dataDir, 'out.png'),
    previews: true,
    checkpoint: path.join(studio.dataDir, '1.checkpoint'),
  };
  const result = await studio.host.request('paint', order, { timeoutMs: Infinity });
  const { width, height, tiles, peakMemoryMb, predictedMemoryMb, elapsedMs } = result;
  const figures = {
    width,
    height,
    encoder: result.encoder,
    budgetMb: budget,
    tiles,
    peakMemoryMb,
    predictedMemoryMb,
    predictedOverMeasured: predictedMemoryMb / peakMemoryMb,
    seconds: elapsedMs / 1000,
  };
  const share = (100 * figures.predictedOverMeasured).toFixed(0);
  return {
    figures,
    lines: [
      `${width}×${height} with ${result.encoder} in ${tiles} tiles: peak ${peakMemoryMb.toFixed(0)} MB of ` +
        `${budget} allowed, predicted ${predictedMemoryMb.toFixed(0)} MB (${share} % of measured), ` +
        `${figures.seconds.toFixed(0)} s`,
    ],
  };
}
