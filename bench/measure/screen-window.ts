import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Locator, type Page } from '@playwright/test';
import { chromiumArguments, findChromium } from '../../e2e/support/chromium.ts';
import { connect } from '../../e2e/support/client.ts';
import { startServer } from '../../e2e/support/server.ts';

/** The built application in a real Chromium of 1280×800 without a camera, to measure its screens. */
export interface ScreenWindow extends AsyncDisposable {
  readonly page: Page;
  /** Milliseconds from the arrival of an answer to the frame in which the page shows `sign`. */
  readonly usableAfter: (answer: string, sign: string) => Promise<number>;
}

/** @param prepare fills the data folder before the application starts */
export async function openScreenWindow(
  prepare: (dataDir: string) => Promise<unknown>,
): Promise<ScreenWindow> {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error('There is no Chromium to measure in. Install one, or set LIKENESS_CHROMIUM.');
  const dataDir = await mkdtemp(path.join(tmpdir(), 'likeness-bench-'));
  await prepare(dataDir);
  const server = await startServer([], dataDir);
  using client = await connect(server.link);
  await client.call('settings.set', { changes: { guideDone: true } });
  const browser = await chromium.launch({ executablePath, args: chromiumArguments() });
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
  });
  const page = await context.newPage();
  await page.addInitScript(noteAnswers);
  await page.goto(server.link);
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  return {
    page,
    usableAfter: (answer, sign) => page.evaluate(waitForSign, { answer, sign }),
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      await server.stop();
    },
  };
}

/**
 * Scrolls the region around a list by the wheel from its start to its end, and gives the milliseconds
 * between animation frames meanwhile.
 *
 * @throws Error where nothing around the list scrolls
 */
export async function scrollFrames(page: Page, list: Locator): Promise<number[]> {
  const region = (await list.evaluateHandle(scrollingAround)).asElement();
  const box = await region?.boundingBox();
  if (region === null || !box) throw new Error(`Nothing around ${String(list)} scrolls.`);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.evaluate(beginFrames);
  for (let before = -1, now = 0; now !== before;) {
    before = now;
    for (let n = 0; n < 4; n++) {
      await page.mouse.wheel(0, WHEEL_PIXELS);
      await page.waitForTimeout(32);
    }
    now = await region.evaluate((element) => element.scrollTop);
  }
  return page.evaluate(endFrames);
}

/** Of one notch of a fast wheel. */
const WHEEL_PIXELS = 180;

/** Runs in the page. */
function scrollingAround(list: Element): Element | null {
  let at: Element | null = list;
  while (at !== null && !/auto|scroll/u.test(getComputedStyle(at).overflowY)) at = at.parentElement;
  return at;
}

interface Noting {
  answers?: { readonly text: string; readonly at: number }[];
  gaps?: number[];
  last?: number;
}

/** Runs in the page before its scripts: notes when messages of the shell come. */
function noteAnswers(): void {
  const noting = globalThis as Noting;
  const answers: { text: string; at: number }[] = [];
  noting.answers = answers;
  const latin = new TextDecoder('latin1');
  const Original = WebSocket;
  globalThis.WebSocket = class extends Original {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
        answers.push({
          text: latin.decode(new Uint8Array(data).subarray(0, 2000)),
          at: performance.now(),
        });
      });
    }
  };
}

/** Runs in the page. */
function waitForSign({ answer, sign }: { answer: string; sign: string }): Promise<number> {
  const { answers = [] } = globalThis as Noting;
  return new Promise((resolve) => {
    const look = (): void => {
      const came = answers.find(({ text }) => text.includes(answer));
      if (came === undefined || document.querySelector(sign) === null) {
        requestAnimationFrame(look);
        return;
      }
      // Painted, and the page has time for somebody again.
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - came.at)));
    };
    look();
  });
}

/** Runs in the page. */
function beginFrames(): void {
  const noting = globalThis as Noting;
  const gaps: number[] = [];
  noting.gaps = gaps;
  let last = performance.now();
  const frame = (now: number): void => {
    gaps.push(now - last);
    last = now;
    if (noting.gaps === gaps) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** Runs in the page. */
function endFrames(): number[] {
  const noting = globalThis as Noting;
  const gaps = noting.gaps ?? [];
  delete noting.gaps;
  return gaps.slice(1);
}
