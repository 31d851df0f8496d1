import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, vi } from 'vitest';
import type { Bridge, ToWindow } from '../../../../contract/wire.ts';
import { fakeBackend, type FakeBackend, type Fakes } from '../../wire/testing/fake-backend.ts';
import { startApplication } from '../application.ts';
import { createBridge } from '../bridge.ts';
import { ElectronDouble, webUtils, type FrameDouble, type WindowDouble } from './double.ts';

/** The shell's real main and preload on the double of Electron, with a folder of pages and data. */
export class Bench {
  electron = new ElectronDouble();
  readonly folder = mkdtempSync(path.join(tmpdir(), 'likeness-electron-'));

  constructor() {
    writeFileSync(path.join(this.folder, 'index.html'), '<!doctype html><title>Likeness</title>');
    writeFileSync(path.join(this.folder, '.hidden'), 'no');
  }

  /** As after the end of the program: the same folder, another Electron. */
  again(): void {
    this.electron = new ElectronDouble();
  }

  async start(fakes: Fakes = {}, argv: readonly string[] = []): Promise<Started> {
    const backend = fakeBackend(fakes);
    let disposed = 0;
    await startApplication(this.electron.asElectron, {
      arguments: argv,
      platform: 'linux',
      dataDir: this.folder,
      pages: this.folder,
      preload: '/app/preload.cjs',
      icon: '/app/icon.png',
      openBackend: () => ({
        ...backend,
        [Symbol.asyncDispose]: () => {
          disposed++;
          return Promise.resolve();
        },
      }),
    });
    return { window: this.electron.windows[0]!, backend, disposed: () => disposed };
  }

  /** A page behind the real preload. */
  pageOf(window: WindowDouble, frame?: FrameDouble) {
    const heard: ToWindow[] = [];
    const bridge: Bridge = createBridge(this.electron.rendererOf(window, frame), webUtils);
    bridge.listen((message) => heard.push(message));
    const next = <K extends ToWindow['kind']>(kind: K) =>
      vi.waitFor(() => {
        const index = heard.findIndex((message) => message.kind === kind);
        expect(index).toBeGreaterThanOrEqual(0);
        return heard.splice(index, 1)[0] as Extract<ToWindow, { kind: K }>;
      });
    return { bridge, heard, next };
  }
}

export interface Started {
  readonly window: WindowDouble;
  readonly backend: FakeBackend;
  readonly disposed: () => number;
}
