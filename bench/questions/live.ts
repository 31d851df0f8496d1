import path from 'node:path';
import { scenes } from '../../e2e/support/camera.ts';
import { connect } from '../../e2e/support/client.ts';
import { paintingPictures } from '../../e2e/support/photos.ts';
import { gzippedBytes } from '../measure/bundle.ts';
import { openLiveWindow, type LiveWindow, type StartTimes } from '../measure/live-window.ts';
import { growthOf, MemoryWatch, type MemoryTrace } from '../measure/memory.ts';
import type { Seen } from '../measure/page-probe.ts';
import { repository } from '../measure/product.ts';
import { median, quantile } from '../measure/timing.ts';
import type { Answer, Options } from './question.ts';

const SECONDS = 30;
const WARM_UP_SECONDS = 10;
const MEMORY_SAMPLE_MS = 5_000;
const STARTS = 3;

/**
 * The live view as a person has it: the built application in Chromium, with a webcam of 640×480 that
 * plays real faces. There is no peer: what is measured is the window, not the networks.
 */
export async function measureLive({ minutes = 3 }: Options): Promise<Answer> {
  const starts = await timeStarts();
  await using window = await openLiveWindow(scenes.visits);
  await window.watch(WARM_UP_SECONDS);
  const alone = summarize(await window.watch(SECONDS));
  const painting = summarize(await whilePainting(window));
  const memory = await watchMemory(window, minutes);
  const figures = {
    ...alone,
    whilePainting: painting,
    startMs: starts,
    bundleKb: gzippedBytes(path.join(repository, 'dist/renderer')) / 1000,
    minutes,
    memory,
    largestGrowth: Math.max(...memory.map(({ growth }) => growth)),
  };
  return { figures, lines: inWords(figures) };
}

async function timeStarts(): Promise<StartTimes> {
  const all: StartTimes[] = [];
  for (let i = 0; i < STARTS; i++) {
    await using window = await openLiveWindow(scenes.ada);
    all.push(window.started);
  }
  const of = (key: keyof StartTimes): number => median(all.map((times) => times[key]));
  return {
    serverReady: of('serverReady'),
    browserReady: of('browserReady'),
    firstPicture: of('firstPicture'),
  };
}

interface Summary {
  readonly looksPerSecond: number;
  readonly framesPerSecond: number;
  readonly overlayPerSecond: number;
  /** From the picture's capture to the frame that shows what was found in it. */
  readonly inputToNameMs: { readonly p50: number; readonly p95: number };
  /** From somebody's appearance to the first name: several frames have to agree. */
  readonly appearanceToNameMs: { readonly p50: number; readonly count: number };
  readonly longestGapMs: number;
  readonly gapP99Ms: number;
}

function summarize({ looks, gaps, frames, overlayFrames, appearances, seconds }: Seen): Summary {
  const named = looks.filter((look) => look.named).map(({ taken, shown }) => shown - taken);
  return {
    looksPerSecond: looks.length / seconds,
    framesPerSecond: frames / seconds,
    overlayPerSecond: overlayFrames / seconds,
    inputToNameMs: { p50: median(named), p95: quantile(named, 0.95) },
    appearanceToNameMs: { p50: median(appearances), count: appearances.length },
    longestGapMs: Math.max(...gaps),
    gapP99Ms: quantile(gaps, 0.99),
  };
}

/** A painting of the usual size runs in the studio host all the while. */
async function whilePainting({ server, watch, page }: LiveWindow): Promise<Seen> {
  const pictures = await paintingPictures(path.join(server.dataDir, 'pictures'));
  using client = await connect(server.link);
  const { job } = await client.call('paintings.create', {
    settings: {
      content: pictures.content,
      styles: [{ path: pictures.style }],
      encoder: 'filter-bank',
      size: 512,
      steps: 5000,
    },
  });
  await page.waitForTimeout(WARM_UP_SECONDS * 1000);
  const seen = await watch(SECONDS);
  const { job: now } = await client.call('paintings.show', { id: job.id });
  if (now.state !== 'running')
    throw new Error(`The painting was ${now.state} while it should run.`);
  await client.call('paintings.cancel', { id: job.id });
  return seen;
}

interface Growth {
  readonly what: string;
  readonly firstMb: number;
  readonly lastMb: number;
  readonly growth: number;
}

async function watchMemory({ roots, watch }: LiveWindow, minutes: number): Promise<Growth[]> {
  const memory = new MemoryWatch(roots, MEMORY_SAMPLE_MS);
  await watch(minutes * 60);
  return memory.stop().map(describe);
}

const describe = ({ what, samples }: MemoryTrace): Growth => ({
  what,
  firstMb: samples[0]!,
  lastMb: samples.at(-1)!,
  growth: growthOf(samples),
});

type Figures = Summary & {
  readonly whilePainting: Summary;
  readonly startMs: StartTimes;
  readonly bundleKb: number;
  readonly minutes: number;
  readonly memory: readonly Growth[];
  readonly largestGrowth: number;
};

function inWords(figures: Figures): string[] {
  const { startMs, whilePainting, memory } = figures;
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  const share = (value: number): string => `${(value * 100).toFixed(1)} %`;
  return [
    'Live view, webcam of 640×480, in Chromium',
    ...windowInWords(figures),
    'The same while a painting of 512 pixels runs',
    ...windowInWords(whilePainting),
    `Start to first picture: ${ms(startMs.firstPicture)}` +
      ` (server ready after ${ms(startMs.serverReady)}, browser after ${ms(startMs.browserReady)})`,
    `What a window loads, gzipped: ${figures.bundleKb.toFixed(0)} kB`,
    `Memory over ${figures.minutes} minutes, the last third over the first:`,
    ...memory.map(
      ({ what, firstMb, lastMb, growth }) =>
        `  ${what.padEnd(32)} ${firstMb.toFixed(0).padStart(5)} → ${lastMb.toFixed(0).padStart(5)} MB  ${share(growth)}`,
    ),
  ];
}

const windowInWords = (seen: Summary): string[] => [
  `  ${seen.looksPerSecond.toFixed(1)} recognized frames/s; overlay ${seen.overlayPerSecond.toFixed(0)} of ${seen.framesPerSecond.toFixed(0)} frames/s`,
  `  input to name p50 ${seen.inputToNameMs.p50.toFixed(0)} ms, p95 ${seen.inputToNameMs.p95.toFixed(0)} ms;` +
    ` appearance to first name p50 ${seen.appearanceToNameMs.p50.toFixed(0)} ms (${seen.appearanceToNameMs.count} times)`,
  `  longest frame gap ${seen.longestGapMs.toFixed(0)} ms, 99 % below ${seen.gapP99Ms.toFixed(0)} ms`,
];
