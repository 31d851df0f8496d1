import { untrack } from 'svelte';

/** What screen readers are told. One sentence at a time; the same one twice is heard twice. */
class Announcer {
  #polite = $state('');
  #urgent = $state('');

  get polite(): string {
    return this.#polite;
  }

  get urgent(): string {
    return this.#urgent;
  }

  say(text: string, urgent = false): void {
    // A no-break space makes a repeated sentence a new one.
    const put = (old: string) => (old === text ? `${text}\u00a0` : text);
    // Effects say things; they must not run again because something was said.
    untrack(() => {
      if (urgent) this.#urgent = put(this.#urgent);
      else this.#polite = put(this.#polite);
    });
  }
}

export const announcer = new Announcer();
