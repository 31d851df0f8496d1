import { expect, type Locator, type Page } from '@playwright/test';
import type { Hand } from '../support/hand.ts';

/** The whole screen: invitation → looking → result → back. */
export class Kiosk {
  readonly page: Page;
  readonly hand: Hand;
  readonly screen: Locator;
  readonly exit: Locator;
  readonly pad: Locator;

  constructor(page: Page, hand: Hand) {
    this.page = page;
    this.hand = hand;
    this.screen = page.getByRole('main', { name: 'Kiosk' });
    this.exit = page.getByRole('button', { name: 'End the kiosk' });
    this.pad = page.getByRole('dialog', { name: 'PIN to end the kiosk' });
  }

  async open(link: string): Promise<void> {
    await this.page.goto(link);
    await this.expectLocked();
  }

  /** The kiosk and nothing else is there. */
  async expectLocked(): Promise<void> {
    await expect(this.screen).toBeVisible();
    await expect(this.page.getByRole('navigation')).toHaveCount(0);
    expect(this.page.context().pages().length).toBe(1);
  }

  async enter(pin: string): Promise<void> {
    await this.hand.press(this.exit);
    await expect(this.pad).toBeVisible();
    if (this.hand.kind === 'keyboard') await this.page.keyboard.type(pin);
    else for (const digit of pin) await this.pad.getByRole('button', { name: digit }).click();
    await this.hand.press(this.pad.getByRole('button', { name: 'Enter' }));
  }

  said(words: string): Locator {
    return this.screen.getByRole('heading', { name: words });
  }
}
