import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { fillHouse } from '../../app/services/testing/full-house.ts';
import { chromiumArguments, findChromium } from '../../e2e/support/chromium.ts';
import { connect } from '../../e2e/support/client.ts';
import { startServer } from '../../e2e/support/server.ts';
import { repository } from '../measure/product.ts';
import { quantile } from '../measure/timing.ts';
import type { Answer } from './question.ts';

const PEOPLE = 1000;
const SIZE = { width: 1280, height: 800 };
const WHEEL_STEPS = 240;
const WHEEL_PIXELS = 180;

/**
 * How soon a large gallery can be used, and how smoothly it scrolls: the built application in
 * Chromium, with 1,000 people who do not exist.
 */
export async function measureWindow(): Promise<Answer> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'likeness-bench-'));
  await fillHouse(dataDir, await encoder(), { people: PEOPLE, activities: 0, paintings: 0 });
  const server = await startServer([], dataDir);
  const browser = await chromium.launch({
    executablePath: requireChromium(),
    args: chromiumArguments(undefined),
  });
  try {
    using client = await connect(server.link);
    await client.call('settings.set', { changes: { guideDone: true } });
    const page = await (await browser.newContext({ viewport: SIZE, locale: 'en-GB' })).newPage();
    await page.goto(server.link);
    await page.getByRole('navigation').first().waitFor();
    const usableMs = await page.evaluate(openPeople);
    const gaps = await scroll(page);
    const figures = {
      people: PEOPLE,
      usableMs,
      frameP50Ms: quantile(gaps, 0.5),
      frameP95Ms: quantile(gaps, 0.95),
      longestFrameMs: Math.max(...gaps),
      frames: gaps.length,
    };
    return { figures, lines: inWords(figures) };
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function encoder() {
  const file = path.join(repository, 'dist/models/encoder-likeness.json');
  const { id, version, task } = JSON.parse(await readFile(file, 'utf8')) as {
    readonly id: string;
    readonly version: string;
    readonly task: { readonly dimension: number };
  };
  return { id, version, dimension: task.dimension };
}

/** Runs in the page: milliseconds from the press on "People" until every portrait in view is drawn. */
async function openPeople(): Promise<number> {
  const began = performance.now();
  document.querySelector<HTMLElement>('a[href="#/people"]')!.click();
  const isThere = (): boolean => {
    const cells = [...document.querySelectorAll('li[data-cell]')].filter(
      (cell) => cell.getBoundingClientRect().top < innerHeight,
    );
    const pictures = cells.flatMap((cell) => [...cell.querySelectorAll('img')]);
    // Portraits of some people are not kept; most are.
    return (
      pictures.length > cells.length / 2 &&
      pictures.every(({ complete, naturalWidth }) => complete && naturalWidth > 0)
    );
  };
  do await new Promise(requestAnimationFrame);
  while (!isThere());
  return performance.now() - began;
}

type Watching = typeof globalThis & { likenessGaps: number[] };

/** Milliseconds from frame to frame, while a wheel turns from the first person to the last. */
async function scroll(page: Page): Promise<readonly number[]> {
  await page.evaluate(() => {
    const gaps: number[] = ((globalThis as Watching).likenessGaps = []);
    let last = performance.now();
    const frame = (now: number): void => {
      gaps.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await page.mouse.move(SIZE.width / 2, SIZE.height / 2);
  for (let step = 0; step < WHEEL_STEPS; step++) {
    await page.mouse.wheel(0, step < WHEEL_STEPS / 2 ? WHEEL_PIXELS : -WHEEL_PIXELS);
    await page.waitForTimeout(16);
  }
  return page.evaluate(() => (globalThis as Watching).likenessGaps.slice(1));
}

function requireChromium(): string {
  const found = findChromium();
  if (found === undefined)
    throw new Error('There is no Chromium to measure in. Install one, or set LIKENESS_CHROMIUM.');
  return found;
}

const inWords = (figures: {
  readonly usableMs: number;
  readonly frameP50Ms: number;
  readonly frameP95Ms: number;
  readonly longestFrameMs: number;
  readonly frames: number;
}): string[] => [
  `People with ${PEOPLE}: all portraits in view ${figures.usableMs.toFixed(0)} ms after the press`,
  `Scrolling: a frame every ${figures.frameP50Ms.toFixed(0)} ms, 95 % within ${figures.frameP95Ms.toFixed(0)} ms,` +
    ` longest ${figures.longestFrameMs.toFixed(0)} ms, of ${figures.frames}`,
];
