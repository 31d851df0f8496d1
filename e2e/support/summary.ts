import type { FullConfig, Reporter, Suite } from '@playwright/test/reporter';
import { findChromium } from './chromium.ts';
import { electronHere } from './desktop/desktop.ts';

/** Says at the end what the numbers do not: what was not run, and which Electron was. */
export default class Summary implements Reporter {
  #lines: readonly string[] = [];

  printsToStdio(): boolean {
    return false;
  }

  onBegin(_config: FullConfig, suite: Suite): void {
    const ran = suite.allTests().some(({ location }) => location.file.includes('electron'));
    this.#lines = [...(ran ? [whichElectron()] : []), ...(findChromium() ? [] : [noChromium])];
  }

  onEnd(): void {
    for (const line of this.#lines) console.log(line);
  }
}

const noChromium =
  "SKIPPED: no journey was run, for there is no Chromium here: install Debian's package `chromium`, " +
  'Chrome or Edge, or name one by LIKENESS_CHROMIUM.';

function whichElectron(): string {
  const electron = electronHere();
  return electron === null
    ? "Electron: main and preload ran on its double, for its binary, or a display, isn't here."
    : `Electron: main and preload ran in ${electron}.`;
}
