export interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'bad';
  readonly text: string;
  readonly detail?: string | undefined;
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
  /** Whether the toast goes when another screen is shown. */
  readonly scope: 'screen' | 'window';
}

/** The reason to hold while the pointer or the focus is on a toast. */
export const RESTING = 'resting';

/** More at once are not read; the oldest goes. */
const MOST = 3;
/** A slow reader's pace, in milliseconds per character: 150 words of 6 characters a minute. */
const READING_MS = 66;
const LEAST_MS = 5_000;
/** A failure is unexpected; it takes a look around before it is understood. */
const LEAST_BAD_MS = 10_000;
/** Where there is something to do about it: long enough to get there by keyboard. */
const LEAST_WITH_ACTION_MS = 20_000;
/** A failure this young when the screen changes was raised by what changed the screen. */
const SETTLED_MS = 500;

/** How long a toast stays while nobody rests on it, in milliseconds. */
export function shownMs({ tone, text, detail = '', action }: Omit<Toast, 'id'>): number {
  const reading = 2_000 + (text.length + detail.length) * READING_MS;
  const least = tone === 'bad' ? LEAST_BAD_MS : LEAST_MS;
  return Math.max(reading, least, action === undefined ? 0 : LEAST_WITH_ACTION_MS);
}

interface Entry {
  readonly toast: Toast;
  readonly since: number;
  /** Milliseconds still to be shown when the clock last started. */
  left: number;
  startedAt: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/**
 * The toasts that are shown, oldest first. Each goes by itself; while they are held, because the
 * pointer or the focus rests on one or the window is hidden, no time passes for any.
 */
export class ToastQueue {
  readonly #changed: (all: readonly Toast[]) => void;
  #entries: readonly Entry[] = [];
  readonly #holders = new Set<string>();
  #last = 0;

  constructor(changed: (all: readonly Toast[]) => void) {
    this.#changed = changed;
  }

  /** Shows a toast, in place of one with the same text; gives its id. */
  add(content: Omit<Toast, 'id'>): number {
    const toast = { id: ++this.#last, ...content };
    const now = performance.now();
    const entry = { toast, since: now, left: shownMs(content), startedAt: now, timer: undefined };
    const others = this.#entries.filter(({ toast: { text } }) => text !== content.text);
    this.#set([...others.slice(-(MOST - 1)), entry]);
    if (this.#holders.size === 0) this.#run(entry);
    return toast.id;
  }

  dismiss(id: number): void {
    this.#set(this.#entries.filter(({ toast }) => toast.id !== id));
  }

  /** Another screen is shown: what belongs to the former one goes. */
  leaveScreen(): void {
    const now = performance.now();
    this.#set(
      this.#entries.filter(
        ({ toast, since }) => toast.scope === 'window' || now - since < SETTLED_MS,
      ),
    );
  }

  /** Stops the clock for one reason, until it is released for the same. */
  hold(reason: string): void {
    if (this.#holders.size === 0) this.#entries.forEach(pause);
    this.#holders.add(reason);
  }

  release(reason: string): void {
    if (this.#holders.delete(reason) && this.#holders.size === 0)
      this.#entries.forEach((entry) => this.#run(entry));
  }

  #run(entry: Entry): void {
    entry.startedAt = performance.now();
    entry.timer = setTimeout(() => this.dismiss(entry.toast.id), entry.left);
  }

  #set(entries: readonly Entry[]): void {
    for (const entry of this.#entries) if (!entries.includes(entry)) clearTimeout(entry.timer);
    this.#entries = entries;
    // Nobody can leave what is no longer there.
    if (entries.length === 0) this.#holders.delete(RESTING);
    this.#changed(entries.map(({ toast }) => toast));
  }
}

function pause(entry: Entry): void {
  clearTimeout(entry.timer);
  entry.left -= performance.now() - entry.startedAt;
}
