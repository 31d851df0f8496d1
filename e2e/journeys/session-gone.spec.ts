import type { BrowserContext, Page } from '@playwright/test';
import { expect, test } from '../support/test.ts';

const languages = [
  { locale: 'en-US', stranger: 'Open Likeness through a link', expired: 'This link has expired' },
  {
    locale: 'de-DE',
    stranger: 'Likeness über einen Link öffnen',
    expired: 'Dieser Link ist abgelaufen',
  },
] as const;

for (const { locale, stranger, expired } of languages)
  test(`whoever has no session is told what to do (${locale})`, async ({
    server,
    browserWithCamera,
  }) => {
    const { origin } = new URL(server.link);
    const grounds = new Set<string>();
    for (const colorScheme of ['light', 'dark'] as const) {
      const visitor = await browserWithCamera.newContext({ locale, colorScheme });
      const tab = await visitor.newPage();
      const complaints = complaintsOf(tab);
      await tab.goto(`${origin}/`);
      await expect(tab.getByRole('heading', { name: stranger })).toBeVisible();
      expect(await tab.getByRole('listitem').count()).toBeGreaterThan(1);
      grounds.add(await groundOf(tab));
      await tab.goto(`${origin}/open#${'x'.repeat(43)}`);
      await expect(tab.getByRole('heading', { name: expired })).toBeVisible();
      await expect(tab.getByRole('heading')).toHaveCount(1);
      // A refused link is told in the console as well; a broken policy would be, too.
      expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
      await visitor.close();
    }
    expect(grounds.size).toBe(2);
  });

test('a window that outlives its session says so, and comes back with the link', async ({
  app,
  server,
  visitor,
}) => {
  const { port } = new URL(server.link);
  const again = await server.restart('--port', port);
  await expect(app.heading('This window has expired')).toBeVisible();
  const other = await openInAnotherTab(visitor, again.link);
  await expect(app.navigation).toBeVisible();
  await other.close();
  await app.expectAlive();
  await again.end();
});

test('a window comes back when it is loaded anew, and opens others by its address', async ({
  app,
  server,
  tab,
  visitor,
}) => {
  await app.expectAlive();
  await tab.reload();
  await app.expectAlive();
  const other = await openInAnotherTab(visitor, new URL(server.link).origin);
  await tab.close();
  await other.reload();
  await expect(other.getByRole('navigation', { name: 'Main' })).toBeVisible();
});

test('a link opens one window', async ({ server, visitor, browserWithCamera }) => {
  const { link } = server;
  await openInAnotherTab(visitor, link);
  const elsewhere = await browserWithCamera.newContext();
  const late = await elsewhere.newPage();
  await late.goto(link);
  await expect(late.getByRole('heading', { name: 'This link has expired' })).toBeVisible();
  await elsewhere.close();
});

async function openInAnotherTab(visitor: BrowserContext, link: string): Promise<Page> {
  const tab = await visitor.newPage();
  await tab.goto(link);
  await expect(tab.getByRole('navigation', { name: 'Main' })).toBeVisible();
  return tab;
}

function complaintsOf(tab: Page): readonly string[] {
  const complaints: string[] = [];
  tab.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return complaints;
}

/** The color behind everything; a page without styles has none. */
const groundOf = (tab: Page): Promise<string> =>
  tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
