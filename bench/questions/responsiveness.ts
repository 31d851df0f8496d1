import path from 'node:path';
import { PaintingSettings } from '../../contract/paintings.ts';
import type { ModelHost } from '../../app/model-host/types.ts';
import { pictureNamed, vgg19Folder } from '../data/paintings.ts';
import { samplePhotos } from '../data/sample-photos.ts';
import { startHost, startStudio } from '../measure/product.ts';
import { quantile } from '../measure/timing.ts';
import type { Answer, Options } from './question.ts';

const REQUESTS = 40;

/**
 * How long identifications take beside a painting, and how soon a painting stops. Idle time is
 * measured before and after, as whatever else the machine does changes.
 */
export async function measureResponsiveness(options: Options): Promise<Answer> {
  await using recognition = await startHost();
  await using studio = await startStudio(vgg19Folder());
  const photo = samplePhotos()[0]!.file;
  await timeAnalyses(recognition.host, photo, 5);
  const before = await timeAnalyses(recognition.host, photo);
  const painting = startPainting(studio.host, studio.dataDir, options);
  await painting.step(3);
  const during = await timeAnalyses(recognition.host, photo);
  const cancelMs = await painting.stop();
  const after = await timeAnalyses(recognition.host, photo);
  const idle = quantile([...before, ...after], 0.95);
  const busy = quantile(during, 0.95);
  const figures = {
    idleP95Ms: idle,
    paintingP95Ms: busy,
    ratio: busy / idle,
    cancelMs,
    longestStepMs: painting.longestStepMs(),
  };
  return {
    figures,
    lines: [
      `Identification, 95th percentile: ${idle.toFixed(0)} ms idle, ${busy.toFixed(0)} ms beside a ` +
        `painting, ${figures.ratio.toFixed(2)} times`,
      `Cancelled within ${cancelMs.toFixed(0)} ms, where a step takes up to ${figures.longestStepMs.toFixed(0)} ms`,
    ],
  };
}

async function timeAnalyses(host: ModelHost, photo: string, count = REQUESTS): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const began = performance.now();
    await host.request('analyze', {
      image: { path: photo },
      encode: 'principal',
      subject: 'largest',
    });
    times.push(performance.now() - began);
  }
  return times;
}

function startPainting(host: ModelHost, folder: string, { size = 512, encoder }: Options) {
  const settings = PaintingSettings.parse({
    content: pictureNamed('golden_gate'),
    styles: [{ path: pictureNamed('starry_night') }],
    size,
    steps: 20_000,
    encoder: encoder ?? (vgg19Folder() === null ? 'filter-bank' : 'vgg19'),
  });
  const order = {
    job: 1,
    settings,
    output: path.join(folder, 'out.png'),
    previews: true,
    checkpoint: path.join(folder, '1.checkpoint'),
  };
  const marks: number[] = [];
  let heard = (): void => undefined;
  const painted = host.request('paint', order, {
    timeoutMs: Infinity,
    onProgress: () => {
      marks.push(performance.now());
      heard();
    },
  });
  const ended = painted.catch(() => undefined);
  return {
    step: (count: number) =>
      new Promise<void>((resolve) => {
        heard = () => marks.length >= count && resolve();
      }),
    stop: async () => {
      const began = performance.now();
      await host.request('stopPainting', { job: 1 });
      await ended;
      return performance.now() - began;
    },
    longestStepMs: () => Math.max(...marks.slice(1).map((mark, i) => mark - marks[i]!)),
  };
}
