import { CallError } from '../api.ts';
import { announcer } from './announcer.svelte.ts';
import { language } from './language.svelte.ts';
import { sentenceOf } from './sentences.ts';
import { ToastQueue, type Toast } from './toast-queue.ts';

export type { Toast };

/**
 * Short messages in a strip of their own, so that none lies over a control. All go by themselves;
 * what failed also goes with the screen on which it failed.
 */
class Toasts {
  #all = $state.raw<readonly Toast[]>([]);
  readonly #queue = new ToastQueue((all) => (this.#all = all));

  get all(): readonly Toast[] {
    return this.#all;
  }

  /** Says what was done. It stays when another screen is shown. */
  good(text: string, more: Pick<Toast, 'detail' | 'action'> = {}): void {
    this.#add({ tone: 'good', text, scope: 'window', ...more });
  }

  /**
   * Says what was done, with *Undo* beside it. `undo` says itself what it did; a failure of it is
   * shown.
   */
  undoable(text: string, undo: () => Promise<unknown>, more: Pick<Toast, 'detail'> = {}): void {
    const run = () => void undo().catch((error: unknown) => this.failed(error));
    this.good(text, { ...more, action: { label: language.words.frame.undo, run } });
  }

  /**
   * Says what failed; a stop that a person asked for is no failure.
   *
   * @param scope `window` for work that goes on while other screens are shown
   */
  failed(error: unknown, action?: Toast['action'], scope: Toast['scope'] = 'screen'): void {
    if (error instanceof CallError && error.code === 'cancelled') return;
    this.#add({ tone: 'bad', text: describe(error), action, scope });
  }

  readonly dismiss = (id: number): void => this.#queue.dismiss(id);

  /** Another screen is shown. */
  leaveScreen(): void {
    this.#queue.leaveScreen();
  }

  /** The clock stands still from `hold` to `release` of the same reason. */
  hold(reason: string): void {
    this.#queue.hold(reason);
  }

  release(reason: string): void {
    this.#queue.release(reason);
  }

  #add(toast: Omit<Toast, 'id'>): void {
    this.#queue.add(toast);
    announcer.say([toast.text, toast.detail].filter(Boolean).join('. '), toast.tone === 'bad');
  }
}

/** A sentence for a person, in their language where there is one for the code. */
export function describe(error: unknown): string {
  if (error instanceof CallError) return sentenceOf(error);
  return error instanceof Error ? error.message : String(error);
}

export const toasts = new Toasts();
