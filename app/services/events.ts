import type { EventName, EventPayload } from '../../contract/events.ts';

/** Hears everything that services tell of without being asked. Must not throw. */
export type EventListener = <N extends EventName>(name: N, payload: EventPayload<N>) => void;

/** Passes events on to whoever listens; what nobody hears is lost. */
export class EventBus {
  readonly #listeners = new Set<EventListener>();

  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  readonly emit: EventListener = (name, payload) => {
    for (const listener of this.#listeners) listener(name, payload);
  };

  /** Returns a function that takes the listener away. */
  readonly subscribe = (listener: EventListener): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
}
