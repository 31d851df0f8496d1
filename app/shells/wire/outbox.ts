import type { ToWindow } from '../../../contract/wire.ts';

/** One way to a window. */
export interface Carrier {
  readonly send: (message: ToWindow) => void;
  /** More is under way than the window takes: what can wait shall wait. */
  readonly congested: () => boolean;
}

/**
 * Answers go out at once. Progress and events of a window that cannot keep up wait, and of each
 * kind only the newest: nobody needs last second's preview.
 */
export class Outbox {
  readonly #carrier: Carrier;
  readonly #waiting = new Map<string, ToWindow>();

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
  }

  push(message: ToWindow): void {
    const topic = topicOf(message);
    if (message.kind === 'response') this.#waiting.delete(`progress ${message.id}`);
    if (topic !== null && (this.#waiting.size > 0 || this.#carrier.congested())) {
      this.#waiting.delete(topic);
      this.#waiting.set(topic, message);
    } else this.#carrier.send(message);
  }

  /** To be called whenever the window may have caught up. */
  flush(): void {
    for (const [topic, message] of this.#waiting) {
      if (this.#carrier.congested()) return;
      this.#waiting.delete(topic);
      this.#carrier.send(message);
    }
  }
}

/** Messages of the same topic replace each other; null: every one counts. */
function topicOf(message: ToWindow): string | null {
  if (message.kind === 'progress') return `progress ${message.id}`;
  if (message.kind !== 'event') return null;
  const { job } = (message.payload ?? {}) as { readonly job?: { readonly id?: number } };
  const { role } = (message.payload ?? {}) as { readonly role?: string };
  return `event ${message.name} ${job?.id ?? role ?? ''}`;
}
