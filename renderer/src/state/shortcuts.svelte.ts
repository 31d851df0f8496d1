import { untrack } from 'svelte';

export interface Shortcut {
  /** As `KeyboardEvent.key`, with `Mod+` for Ctrl or ⌘, such as `Mod+o`, `?`, `g l`. */
  readonly keys: string;
  readonly label: string;
  readonly run: () => void;
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.closest('input:not([type=checkbox], [type=radio], [type=file]), textarea, select') !==
    null;

/** How long the second key of a sequence such as `g l` may take. */
const SEQUENCE_MS = 1_200;

/** Keys and what they do. Screens add theirs while they are shown. */
class Shortcuts {
  #groups = $state.raw<readonly { title: () => string; shortcuts: () => readonly Shortcut[] }[]>(
    [],
  );
  /** Whether the list of all keys is shown. */
  listed = $state(false);
  #enabled = true;
  #first = { key: '', at: 0 };

  get groups(): readonly { title: string; shortcuts: readonly Shortcut[] }[] {
    return this.#groups.map(({ title, shortcuts }) => ({
      title: title(),
      shortcuts: shortcuts(),
    }));
  }

  /** Inside a component's set-up: offers shortcuts while it is mounted. */
  offer(title: () => string, shortcuts: () => readonly Shortcut[]): void {
    $effect(() => {
      const group = { title, shortcuts };
      this.#groups = [...this.#withoutTracking(), group];
      return () => (this.#groups = this.#withoutTracking().filter((other) => other !== group));
    });
  }

  /** The kiosk takes all keys away. */
  enable(enabled: boolean): void {
    this.#enabled = enabled;
  }

  readonly handle = (event: KeyboardEvent): void => {
    if (!this.#enabled || event.defaultPrevented || event.altKey) return;
    const mod = event.ctrlKey || event.metaKey;
    if (!mod && (typing(event.target) || document.querySelector('[role=dialog], [role=menu]')))
      return;
    const pressed = (mod ? 'Mod+' : '') + (mod ? event.key.toLowerCase() : event.key);
    const sequence =
      event.timeStamp - this.#first.at < SEQUENCE_MS ? `${this.#first.key} ${pressed}` : pressed;
    const found = this.#find(sequence) ?? this.#find(pressed);
    this.#first = { key: pressed, at: event.timeStamp };
    if (found === undefined) return;
    event.preventDefault();
    found.run();
  };

  #find(keys: string): Shortcut | undefined {
    return this.groups.flatMap(({ shortcuts }) => shortcuts).find((one) => one.keys === keys);
  }

  #withoutTracking() {
    return untrack(() => this.#groups);
  }
}

export const shortcuts = new Shortcuts();
