import { expect, type Locator } from '@playwright/test';
import type { Window } from './window.ts';

/** The gallery of everybody who is enrolled. */
export class People {
  readonly #window: Window;
  readonly list: Locator;
  /** What can be done with those who are selected. */
  readonly bar: Locator;

  constructor(window: Window) {
    this.#window = window;
    this.list = window.page.getByRole('list', { name: 'People' });
    this.bar = window.page.getByRole('toolbar', { name: 'Selected people' });
  }

  person(name: string): Locator {
    return this.list.getByRole('link', { name: new RegExp(`^${name} `, 'u') });
  }

  async startChoosing(): Promise<void> {
    await this.#window.hand.press(this.#window.button('Select'));
    await expect(this.bar).toBeVisible();
  }

  async choose(...names: readonly string[]): Promise<void> {
    await this.startChoosing();
    for (const name of names) {
      const box = this.list.getByRole('checkbox', { name: new RegExp(`^${name} `, 'u') });
      await this.#window.hand.press(box);
      await expect(box).toBeChecked();
    }
  }

  async openPerson(name: string): Promise<Person> {
    await this.#window.goTo('People');
    await this.#window.hand.press(this.person(name));
    await expect(this.#window.heading(name)).toBeVisible();
    return new Person(this.#window);
  }

  async add(name: string, photos: readonly string[]): Promise<Locator> {
    const { hand } = this.#window;
    await hand.press(this.#window.button('Add a person'));
    const dialog = this.#window.dialog('Add a person');
    await hand.fill(dialog.getByLabel('Name'), name);
    await hand.pick(this.#window.button(/Choose photos/u, dialog), photos);
    await expect(dialog.getByRole('list', { name: 'Chosen photos' })).toBeVisible();
    await hand.press(dialog.getByRole('button', { name: 'Enroll', exact: true }));
    return dialog;
  }
}

/** One person's page. */
export class Person {
  readonly #window: Window;
  readonly photos: Locator;

  constructor(window: Window) {
    this.#window = window;
    this.photos = window.page.getByRole('region', { name: 'Photos' });
  }

  async rename(name: string): Promise<void> {
    const dialog = await this.#choose('Rename', 'Rename');
    await expect(dialog.getByLabel('Name')).toBeFocused();
    await this.#window.hand.fill(dialog.getByLabel('Name'), name);
    await this.#window.hand.press(dialog.getByRole('button', { name: 'Rename' }));
    await expect(this.#window.heading(name)).toBeVisible();
  }

  /** Moves the first photo to somebody new. */
  async splitOff(name: string): Promise<void> {
    const { hand } = this.#window;
    await this.#item('Split');
    await hand.press(this.photos.getByRole('checkbox').first());
    await hand.press(this.photos.getByRole('button', { name: 'Split off' }));
    const dialog = this.#window.dialog('Split');
    await hand.fill(dialog.getByLabel('Name'), name);
    await hand.press(dialog.getByRole('button', { name: 'Split off' }));
    await expect(dialog).toBeHidden();
  }

  startMerging(): Promise<Locator> {
    return this.#choose('Merge with …', 'Merge with …');
  }

  async mergeInto(name: string): Promise<void> {
    const { hand } = this.#window;
    const dialog = await this.startMerging();
    await hand.press(dialog.getByRole('radio', { name: new RegExp(name, 'u') }));
    await hand.press(dialog.getByRole('button', { name: `Merge into ${name}` }));
    await expect(this.#window.heading(name)).toBeVisible();
  }

  /** Gives the receipt, which is still open. */
  async delete(name: string): Promise<Locator> {
    const dialog = await this.#choose('Delete', `Delete ${name}?`);
    await this.#window.hand.press(dialog.getByRole('button', { name: 'Delete', exact: true }));
    return this.#window.dialog(`${name} is deleted`);
  }

  async #choose(item: string, title: string): Promise<Locator> {
    await this.#item(item);
    return this.#window.dialog(title);
  }

  async #item(item: string): Promise<void> {
    const { hand, page } = this.#window;
    await hand.press(this.#window.button('More'));
    await hand.press(page.getByRole('menuitem', { name: item }));
  }
}
