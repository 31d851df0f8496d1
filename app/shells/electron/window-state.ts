import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { BrowserWindow, Electron } from './electron-api.ts';

const State = z.object({
  bounds: z.object({
    x: z.int(),
    y: z.int(),
    width: z.int().min(640).max(20_000),
    height: z.int().min(480).max(20_000),
  }),
  maximized: z.boolean(),
});
type State = z.infer<typeof State>;

export const usualSize = { width: 1280, height: 800 } as const;
/** Smaller than this, the screens are not measured by `e2e/layout`, and the window cannot be made. */
export const smallestWindow = { width: 800, height: 600 } as const;

/** Where the window was; null at the first start, or where that place is on no display any more. */
export function readWindowState(file: string, { screen }: Pick<Electron, 'screen'>): State | null {
  const state = State.safeParse(readJson(file)).data;
  if (state === undefined) return null;
  const { x, y, width } = state.bounds;
  // Its title bar has to be where somebody can take hold of it.
  const reachable = screen
    .getAllDisplays()
    .some(
      ({ workArea: area }) =>
        x + width > area.x + 100 &&
        x < area.x + area.width - 100 &&
        y >= area.y - 10 &&
        y < area.y + area.height - 50,
    );
  return reachable ? state : null;
}

/** Writes down where the window is whenever it is about to close. */
export function keepWindowState(file: string, window: BrowserWindow): void {
  window.on('close', () => {
    // A kiosk's place is no choice of anybody.
    if (window.isKiosk() || window.isFullScreen()) return;
    const state: State = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
    try {
      writeFileSync(file, JSON.stringify(state));
    } catch {
      // The window opens at its usual place the next time.
    }
  });
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
