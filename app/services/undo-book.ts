import { randomUUID } from 'node:crypto';
import { LikenessError } from '../../contract/errors.ts';
import type { PersonId } from '../../contract/values.ts';
import type { Store, WritableStore } from '../../db/store.ts';

/** Milliseconds for which a change of people can be taken back. */
const UNDO_MS = 30_000;

/** How to take one change back, inside a transaction. Everything that it needs lies in memory only. */
interface Undoable {
  /** A deletion brings back people who are gone; a move gives people back what others have by now. */
  readonly kind: 'deletion' | 'move';
  /** The name that must be free for it, and who may have it. */
  readonly name?: { readonly name: string; readonly of: PersonId };
  /** Gives the person who is shown afterwards. */
  readonly undo: (tables: WritableStore) => PersonId;
}

interface Entry extends Undoable {
  /** On the clock that nobody can set. */
  readonly until: number;
  /** `Store.foreignVersion` when it was noted. */
  readonly version: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * Changes of people that can still be taken back. What was deleted is gone from the disk at once; here
 * it lies for half a minute more, in the memory of this process, and never anywhere else.
 */
export class UndoBook {
  readonly #entries = new Map<string, Entry>();
  readonly #store: Store;
  readonly #elapsed: () => number;

  constructor(store: Store, elapsed: () => number) {
    this.#store = store;
    this.#elapsed = elapsed;
  }

  /** Gives the ticket for `people.undo`. */
  note(undoable: Undoable): string {
    const ticket = randomUUID();
    const timer = setTimeout(() => this.#entries.delete(ticket), UNDO_MS).unref();
    const until = this.#elapsed() + UNDO_MS;
    const version = this.#store.foreignVersion();
    this.#entries.set(ticket, { ...undoable, until, version, timer });
    return ticket;
  }

  /** Something was deleted: what was moved before cannot be taken back, or the undo would revive it. */
  dropMoves(): void {
    for (const [ticket, entry] of this.#entries)
      if (entry.kind === 'move') this.#remove(ticket, entry);
  }

  /**
   * Hands the change out, once. Where another process has written since, it may have deleted what an
   * undo would bring back.
   *
   * @throws LikenessError undo_expired
   */
  take(ticket: string): Undoable {
    const entry = this.#entries.get(ticket);
    if (entry !== undefined) this.#remove(ticket, entry);
    const isOpen =
      entry !== undefined &&
      this.#elapsed() < entry.until &&
      this.#store.foreignVersion() === entry.version;
    if (isOpen) return entry;
    throw new LikenessError(
      'undo_expired',
      'This can no longer be undone: half a minute has passed, or something else was changed since.',
    );
  }

  /** Forgets everything: the window is locked, or the application ends. */
  clear(): void {
    for (const [ticket, entry] of this.#entries) this.#remove(ticket, entry);
  }

  #remove(ticket: string, { timer }: Entry): void {
    clearTimeout(timer);
    this.#entries.delete(ticket);
  }
}
