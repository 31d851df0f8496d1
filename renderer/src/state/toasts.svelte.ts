import { CallError } from '../api.ts';
import { announcer } from './announcer.svelte.ts';
import { sentenceOf } from './sentences.ts';

export interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'bad';
  readonly text: string;
  readonly detail?: string | undefined;
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

const SHOWN_MS = 6_000;
/** Where there is something to do about it: long enough to come there by keyboard. */
const SHOWN_WITH_ACTION_MS = 20_000;

/** Short messages at the edge of the window. Good news go by themselves, bad news are dismissed. */
class Toasts {
  #all = $state.raw<readonly Toast[]>([]);
  #last = 0;

  get all(): readonly Toast[] {
    return this.#all;
  }

  good(text: string, more: Pick<Toast, 'detail' | 'action'> = {}): void {
    const id = this.#add({ tone: 'good', text, ...more });
    const shownMs = more.action === undefined ? SHOWN_MS : SHOWN_WITH_ACTION_MS;
    setTimeout(() => this.dismiss(id), shownMs);
  }

  /** Says what failed; a stop that a person asked for is no failure. */
  failed(error: unknown, action?: Toast['action']): void {
    if (error instanceof CallError && error.code === 'cancelled') return;
    this.#add({ tone: 'bad', text: describe(error), action });
  }

  dismiss(id: number): void {
    this.#all = this.#all.filter((toast) => toast.id !== id);
  }

  #add(toast: Omit<Toast, 'id'>): number {
    const id = ++this.#last;
    const others = this.#all.filter(({ text }) => text !== toast.text);
    this.#all = [...others.slice(-3), { id, ...toast }];
    announcer.say([toast.text, toast.detail].filter(Boolean).join('. '), toast.tone === 'bad');
    return id;
  }
}

/** A sentence for a person, in their language where there is one for the code. */
export function describe(error: unknown): string {
  if (error instanceof CallError) return sentenceOf(error);
  return error instanceof Error ? error.message : String(error);
}

export const toasts = new Toasts();
