import { expect, type Locator, type Page } from '@playwright/test';
import type { Hand } from '../support/hand.ts';

export type ScreenName =
  'Live' | 'Photos' | 'People' | 'Compare' | 'Studio' | 'Calibrate' | 'Activity' | 'Settings';

/** The frame around all screens. */
export class Window {
  readonly page: Page;
  readonly hand: Hand;
  readonly navigation: Locator;
  readonly messages: Locator;

  constructor(page: Page, hand: Hand) {
    this.page = page;
    this.hand = hand;
    this.navigation = page.getByRole('navigation', { name: 'Main' });
    this.messages = page.getByRole('region', { name: 'Messages' });
  }

  async open(link: string): Promise<void> {
    await this.page.goto(link);
    await expect(this.navigation).toBeVisible();
  }

  async goTo(screen: ScreenName): Promise<void> {
    await this.hand.press(this.navigation.getByRole('link', { name: screen }));
    await expect(this.heading(screen)).toBeVisible();
  }

  heading(name: string): Locator {
    return this.page.getByRole('heading', { level: 1, name });
  }

  button(name: string | RegExp, within: Locator | Page = this.page): Locator {
    return within.getByRole('button', { name, exact: true });
  }

  dialog(name?: string | RegExp): Locator {
    return this.page.getByRole('dialog', name === undefined ? {} : { name });
  }

  /** Gives the code that the server has printed, where a window is asked for more than its session. */
  async prove(code: () => Promise<string>): Promise<void> {
    const dialog = this.dialog('Is it you?');
    await expect(dialog).toBeVisible();
    await this.hand.fill(dialog.getByLabel('Code'), await code());
    await this.hand.press(this.button('Continue', dialog));
    await expect(dialog).toHaveCount(0);
  }

  /** It is still there and answers. */
  async expectAlive(): Promise<void> {
    await this.goTo('Activity');
    await this.goTo('Live');
  }
}
