/** The built main and preload in a process of their own, and one page behind them. */
export interface Shell {
  readonly pid: number;
  /** Through the bridge that the preload has exposed. */
  readonly send: (message: unknown) => Promise<void>;
  /** Called with all that the page hears. */
  readonly listen: (hear: (message: unknown) => void) => Promise<void>;
  readonly get: (url: string) => Promise<{ readonly status: number; readonly text: string }>;
  /** Goes there, and opens a window of it; gives where the page is then, and how many windows are. */
  readonly visit: (url: string) => Promise<{ readonly url: string; readonly windows: number }>;
  readonly preferences: () => Promise<Readonly<Record<string, unknown>>>;
  /** Closes the window; gives the exit code of the process that follows. */
  readonly close: () => Promise<number | null>;
  readonly kill: () => Promise<void>;
}
