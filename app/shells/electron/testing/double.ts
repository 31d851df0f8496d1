import { EventEmitter } from 'node:events';
import type { IpcRenderer, WebUtils } from 'electron';
import type { Electron } from '../electron-api.ts';

/** The event object of a listener that may refuse what is about to happen. */
export class DoubleEvent {
  defaultPrevented = false;
  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

/** Emits like Electron, and says whether a listener has refused. */
function refused(emitter: EventEmitter, name: string, more: object = {}): boolean {
  const event = Object.assign(new DoubleEvent(), more);
  emitter.emit(name, event, ...('args' in more ? (more.args as unknown[]) : []));
  return event.defaultPrevented;
}

type Handler = (...given: never[]) => unknown;

/**
 * The part of Electron that this shell uses, with its documented behavior: messages cross by
 * structured clone, a page's frame is gone when it has navigated, `close` may be refused. Made
 * without looking at the shell's own code, so that both can be wrong only together with the types.
 */
export class ElectronDouble {
  readonly app = Object.assign(new EventEmitter(), {
    name: 'Likeness',
    isPackaged: true,
    paths: new Map<string, string>(),
    sandboxed: false,
    isFirst: true,
    quits: 0,
    ended: false,
    setPath: (name: string, value: string) => void this.app.paths.set(name, value),
    enableSandbox: () => void (this.app.sandboxed = true),
    requestSingleInstanceLock: () => this.app.isFirst,
    whenReady: () => Promise.resolve(),
    quit: () => {
      this.app.quits++;
      if (refused(this.app, 'before-quit')) return;
      if (!this.windows.every((window) => window.close())) return;
      if (!refused(this.app, 'will-quit')) this.app.ended = true;
    },
  });
  readonly windows: WindowDouble[] = [];
  readonly ipcMain = new EventEmitter();
  readonly session = { defaultSession: new SessionDouble() };
  readonly opened: string[] = [];
  readonly shell = {
    openExternal: (url: string) => {
      this.opened.push(url);
      return Promise.resolve();
    },
  };
  readonly schemes: { scheme: string; privileges: Record<string, boolean> }[] = [];
  readonly handlers = new Map<string, (request: Request) => Promise<Response>>();
  readonly protocol = {
    registerSchemesAsPrivileged: (schemes: typeof this.schemes) => this.schemes.push(...schemes),
    handle: (scheme: string, handler: (request: Request) => Promise<Response>) =>
      this.handlers.set(scheme, handler),
  };
  readonly screen = {
    getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
  };
  menu: unknown = null;
  readonly Menu = {
    buildFromTemplate: (template: unknown) => template,
    setApplicationMenu: (menu: unknown) => (this.menu = menu),
  };
  /** Which button somebody presses. */
  choice = 0;
  readonly questions: string[] = [];
  readonly dialog = {
    showMessageBoxSync: (_window: unknown, { message }: { message: string }) => {
      this.questions.push(message);
      return this.choice;
    },
  };
  readonly awake = new Set<number>();
  readonly powerSaveBlocker = {
    start: () => {
      this.awake.add(this.awake.size + 1);
      return this.awake.size;
    },
    stop: (id: number) => this.awake.delete(id),
  };
  readonly utilityProcess = {};
  readonly BrowserWindow: new (options: WindowDouble['options']) => WindowDouble;

  constructor() {
    const open = (window: WindowDouble): void => {
      this.windows.push(window);
      this.app.emit('web-contents-created', new DoubleEvent(), window.webContents);
    };
    this.BrowserWindow = class extends WindowDouble {
      constructor(options: WindowDouble['options']) {
        super(options);
        open(this);
      }
    };
  }

  /** As the shell's code sees it. */
  get asElectron(): Electron {
    return this as unknown as Electron;
  }

  /** The renderer's end of IPC, for a frame of a window. */
  rendererOf(window: WindowDouble, frame: FrameDouble = window.webContents.mainFrame): IpcRenderer {
    const ipc = new EventEmitter();
    window.webContents.renderers.push(ipc);
    return Object.assign(ipc, {
      send: (channel: string, ...given: unknown[]) => {
        const event = { sender: window.webContents, senderFrame: frame };
        this.ipcMain.emit(channel, event, ...given.map((value) => structuredClone(value)));
      },
    }) as unknown as IpcRenderer;
  }
}

export interface FrameDouble {
  url: string;
  parent: FrameDouble | null;
}

export class SessionDouble extends EventEmitter {
  request: Handler = () => undefined;
  check: Handler = () => undefined;
  device: Handler = () => undefined;
  display: Handler = () => undefined;
  before: Handler = () => undefined;
  readonly setPermissionRequestHandler = (handler: Handler) => void (this.request = handler);
  readonly setPermissionCheckHandler = (handler: Handler) => void (this.check = handler);
  readonly setDevicePermissionHandler = (handler: Handler) => void (this.device = handler);
  readonly setDisplayMediaRequestHandler = (handler: Handler) => void (this.display = handler);
  readonly webRequest = { onBeforeRequest: (handler: Handler) => void (this.before = handler) };
}

export class ContentsDouble extends EventEmitter {
  readonly mainFrame: FrameDouble = { url: 'about:blank', parent: null };
  readonly renderers: EventEmitter[] = [];
  readonly toPage: unknown[] = [];
  reloads = 0;
  inspectorOpen = false;
  destroyed = false;
  openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });
  readonly setWindowOpenHandler = (handler: typeof this.openHandler) =>
    void (this.openHandler = handler);
  isDestroyed(): boolean {
    return this.destroyed;
  }
  send(channel: string, message: unknown): void {
    const clone: unknown = structuredClone(message);
    this.toPage.push(clone);
    for (const renderer of this.renderers) renderer.emit(channel, new DoubleEvent(), clone);
  }
  reload(): void {
    this.reloads++;
  }
  closeDevTools(): void {
    this.inspectorOpen = false;
  }
  setZoomLevel(): void {
    this.emit('zoomed');
  }
  /** Whether a listener refuses an event of this name. */
  refuses(name: string, details: object = {}): boolean {
    return refused(this, name, details);
  }
  /** Whether a pressed key is kept from the page. */
  refusesKey(key: string, modifiers: Partial<Record<'control' | 'alt' | 'meta', boolean>> = {}) {
    const input = { key, control: false, alt: false, meta: false, ...modifiers };
    return refused(this, 'before-input-event', { args: [input] });
  }
}

export class WindowDouble extends EventEmitter {
  readonly webContents = new ContentsDouble();
  readonly options: { readonly webPreferences: Readonly<Record<string, unknown>> };
  kiosk = false;
  onTop = false;
  menuVisible = true;
  shown = false;
  bounds = { x: 10, y: 20, width: 1280, height: 800 };
  constructor(options: WindowDouble['options']) {
    super();
    this.options = options;
  }
  loadURL(url: string): Promise<void> {
    this.webContents.mainFrame.url = url;
    return Promise.resolve();
  }
  /** Whether it has closed. */
  close(): boolean {
    if (this.webContents.destroyed) return true;
    if (refused(this, 'close')) return false;
    this.webContents.destroyed = true;
    this.webContents.emit('destroyed');
    return true;
  }
  isDestroyed = () => this.webContents.destroyed;
  isKiosk = () => this.kiosk;
  isFullScreen = () => false;
  isMaximized = () => false;
  isMinimized = () => false;
  maximize = () => undefined;
  restore = () => undefined;
  focus = () => this.emit('focused');
  show = () => (this.shown = true);
  getNormalBounds = () => this.bounds;
  setKiosk = (on: boolean) => (this.kiosk = on);
  setAlwaysOnTop = (on: boolean) => (this.onTop = on);
  setMenuBarVisibility = (on: boolean) => (this.menuVisible = on);
}

export const webUtils: Pick<WebUtils, 'getPathForFile'> = {
  getPathForFile: (file) => {
    if (!('name' in file)) throw new TypeError('The object is no File');
    return file.name === 'pasted.png' ? '' : `/photos/${file.name}`;
  },
};
