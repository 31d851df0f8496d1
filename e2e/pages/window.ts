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

  /** It is still there and answers. */
  async expectAlive(): Promise<void> {
    await this.goTo('Activity');
    await this.goTo('Live');
  }
}
