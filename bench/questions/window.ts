import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fillHouse } from '../../app/services/testing/full-house.ts';
import { dropFiles } from '../../e2e/support/drop.ts';
import { album, crowd } from '../../e2e/support/photos.ts';
import { enrollAlbum } from '../../e2e/support/server.ts';
import { repository } from '../measure/product.ts';
import { openScreenWindow, scrollFrames } from '../measure/screen-window.ts';
import { quantile } from '../measure/timing.ts';
import type { Answer } from './question.ts';

const PEOPLE = 1000;
const CROWD = { known: 8, unknown: 148 };

/** How soon a full screen can be used, in milliseconds, and how long its frames take while it scrolls. */
interface Screen {
  readonly usableMs: number;
  readonly frames: number;
  readonly frameP50Ms: number;
  readonly frameP95Ms: number;
  readonly longestFrameMs: number;
}

/**
 * How soon the two fullest screens can be used, and how smoothly they scroll: the built application
 * in real Chromium, with 1,000 people who do not exist and with a photo of 156 faces.
 */
export async function measureWindow(): Promise<Answer> {
  const [people, groupPhoto] = [await measurePeople(), await measureGroupPhoto()];
  return {
    figures: { people, groupPhoto },
    lines: [
      `People with ${PEOPLE}: all portraits in view ${people.usableMs.toFixed(0)} ms after the press; ${inWords(people)}`,
      `A photo of ${groupPhoto.faces} faces: usable ${groupPhoto.usableMs.toFixed(0)} ms after the result, ` +
        `every face cut out ${groupPhoto.facesCutMs.toFixed(0)} ms after it; ${inWords(groupPhoto)}`,
    ],
  };
}

async function measurePeople(): Promise<Screen> {
  await using window = await openScreenWindow(async (dataDir) =>
    fillHouse(dataDir, await encoder(), { people: PEOPLE, activities: 0, paintings: 0 }),
  );
  const { page } = window;
  const usableMs = await page.evaluate(openPeople);
  return { usableMs, ...framesOf(await scrollFrames(page, page.locator('ul:has(> [data-cell])'))) };
}

async function measureGroupPhoto(): Promise<
  Screen & { readonly faces: number; readonly facesCutMs: number }
> {
  let file = '';
  await using window = await openScreenWindow(async (dataDir) => {
    await enrollAlbum(dataDir, await album(path.join(dataDir, 'photos'), { Ada: 2, Bea: 2 }));
    file = await crowd(path.join(dataDir, 'crowd'), CROWD);
  });
  const { page } = window;
  await dropFiles(page.locator('body'), file);
  const [usableMs, facesCutMs] = await Promise.all([
    window.usableAfter('thresholdSource', 'aside[aria-label="Faces in the photo"] button'),
    window.usableAfter('thresholdSource', 'aside .thumb[style*="blob:"]'),
  ]);
  const list = page.getByRole('complementary', { name: 'Faces in the photo' });
  const fold = list.getByRole('button', { name: /^\d+ unknown$/u });
  if ((await fold.getAttribute('aria-expanded')) !== 'true') await fold.click();
  const scrolled = await scrollFrames(
    page,
    list.getByRole('group', { name: 'Faces in the photo' }),
  );
  return {
    faces: await page.locator('[data-face]').count(),
    usableMs,
    facesCutMs,
    ...framesOf(scrolled),
  };
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

const framesOf = (gaps: readonly number[]): Omit<Screen, 'usableMs'> => ({
  frames: gaps.length,
  frameP50Ms: quantile(gaps, 0.5),
  frameP95Ms: quantile(gaps, 0.95),
  longestFrameMs: Math.max(...gaps),
});

const inWords = ({ frames, frameP50Ms, frameP95Ms, longestFrameMs }: Screen): string =>
  `scrolling, a frame every ${frameP50Ms.toFixed(0)} ms, 95 % within ${frameP95Ms.toFixed(0)} ms, ` +
  `longest ${longestFrameMs.toFixed(0)} ms, of ${frames}`;
