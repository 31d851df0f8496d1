// Process: stands for Electron; runs the built main and preload, and does what the spec says.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ElectronDouble, webUtils } from '../../../app/shells/electron/testing/double.ts';
import { forkUtility } from '../../../app/shells/electron/testing/utility-double.ts';
import type { Bridge } from '../../../contract/wire.ts';
import type { Order, Report } from './orders.ts';

const electron = new ElectronDouble();
Object.assign(electron.utilityProcess, { fork: forkUtility });
const { app } = electron;
const quit = app.quit;
app.quit = () => {
  quit();
  if (app.ended) process.exit(0);
};

const report = (what: Report): void => void process.send!(what);

const ELECTRON = 'double:electron';
Object.assign(globalThis, { [ELECTRON]: electron });
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: ELECTRON, shortCircuit: true } : next(specifier, context),
  load: (url, context, next) =>
    url === ELECTRON
      ? {
          format: 'module',
          source: `export const { ${Object.keys(electron).join(', ')} } = globalThis['${ELECTRON}'];`,
          shortCircuit: true,
        }
      : next(url, context),
});

const dist = path.resolve(import.meta.dirname, '../../../dist');
await import(pathToFileURL(path.join(dist, 'main.js')).href);
const window = electron.windows[0]!;
const page = runPreload(String(window.options.webPreferences['preload']));
page.listen((message) => report({ kind: 'heard', message }));
window.emit('ready-to-show');

/** In the sandbox of a window there is `require('electron')`, and of Electron only these. */
function runPreload(file: string): Bridge {
  const exposed = new Map<string, unknown>();
  const contextBridge = {
    exposeInMainWorld: (name: string, what: unknown) => void exposed.set(name, what),
  };
  const inside = { contextBridge, ipcRenderer: electron.rendererOf(window), webUtils };
  const require = (name: string): unknown => {
    if (name === 'electron') return inside;
    throw new Error(`module not found: ${name}`);
  };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- as Electron does
  new Function('require', readFileSync(file, 'utf8'))(require);
  return exposed.get('likeness') as Bridge;
}

process.on('message', (order: Order) => void carryOut(order));

async function carryOut(order: Order): Promise<void> {
  const { webContents } = window;
  switch (order.kind) {
    case 'send':
      page.send(order.message as never);
      return;
    case 'get': {
      const answer = await electron.handlers.get('app')!(new Request(order.url));
      report({ kind: 'got', status: answer.status, text: await answer.text() });
      return;
    }
    case 'visit':
      if (!webContents.refuses('will-navigate', { url: order.url, isMainFrame: true }))
        webContents.mainFrame.url = order.url;
      webContents.openHandler({ url: order.url });
      report({ kind: 'at', url: webContents.mainFrame.url, windows: electron.windows.length });
      return;
    case 'preferences':
      report({ kind: 'preferences', preferences: { ...window.options.webPreferences } });
      return;
    case 'close':
      if (window.close()) app.emit('window-all-closed');
  }
}

report({ kind: 'ready' });
