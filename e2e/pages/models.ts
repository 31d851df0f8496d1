import type { Locator } from '@playwright/test';
import { Settings } from './settings.ts';
import type { Window } from './window.ts';

/** Settings › Models: the networks, and another encoder of faces. */
export class Models {
  readonly #window: Window;
  /** Shown from the first look at another encoder until it is in use. */
  readonly change: Locator;
  readonly undo: Locator;

  constructor(window: Window) {
    this.#window = window;
    this.change = window.dialog(/^(Use another encoder\?|The encoder was changed)$/u);
    this.undo = window.dialog('Bring the former encoder back?');
  }

  async open(): Promise<void> {
    await this.#window.goTo('Settings');
    await new Settings(this.#window).open('Models');
  }

  /** A model, by what its name has in it. */
  row(name: RegExp): Locator {
    return this.#window.page.getByRole('group', { name });
  }

  /** Asks what another encoder would change. */
  async consider(name: RegExp): Promise<void> {
    await this.press('Use', this.row(name));
  }

  async press(button: string, within: Locator): Promise<void> {
    await this.#window.hand.press(this.#window.button(button, within));
  }

  /** Who is in a list of the dialog, by its heading. */
  people(heading: RegExp): Locator {
    return this.change.getByRole('list', { name: heading }).getByRole('listitem');
  }
}
