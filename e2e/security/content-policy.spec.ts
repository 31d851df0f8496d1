import type { Page } from '@playwright/test';
import { openSite } from '../support/sites.ts';
import { expect, test } from '../support/test.ts';

/** What becomes of one attempt, as the page itself sees it. */
type Outcome = 'refused' | 'done';

/** Ways by which a page reaches another machine, or runs text as code. They run in the page. */
const attempts: Readonly<Record<string, (origin: string) => Promise<Outcome>>> = {
  'a fetch': (origin) =>
    fetch(`${origin}/fetch`, { mode: 'no-cors' }).then(
      () => 'done',
      () => 'refused',
    ),
  'an XMLHttpRequest': (origin) =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.onload = () => resolve('done');
      request.onerror = () => resolve('refused');
      request.open('POST', `${origin}/xhr`);
      request.send('secret');
    }),
  'a picture': (origin) =>
    new Promise((resolve) => {
      const image = new Image();
      image.onload = () => resolve('done');
      image.onerror = () => resolve('refused');
      image.src = `${origin}/pixel.png`;
    }),
  'a script': (origin) =>
    new Promise((resolve) => {
      const script = document.createElement('script');
      script.onload = () => resolve('done');
      script.onerror = () => resolve('refused');
      script.src = `${origin}/script.js`;
      document.head.append(script);
    }),
  'a script in the page': () => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.inlineRan = true;';
    document.head.append(script);
    return Promise.resolve('inlineRan' in globalThis ? 'done' : 'refused');
  },
  'a style sheet': (origin) =>
    new Promise((resolve) => {
      const link = Object.assign(document.createElement('link'), { rel: 'stylesheet' });
      link.onload = () => resolve('done');
      link.onerror = () => resolve('refused');
      link.href = `${origin}/style.css`;
      document.head.append(link);
    }),
  'a font': (origin) =>
    new FontFace('outside', `url(${origin}/font.woff2)`).load().then(
      () => 'done',
      () => 'refused',
    ),
  'a WebSocket': (origin) =>
    new Promise((resolve) => {
      try {
        const socket = new WebSocket(`${origin.replace('http', 'ws')}/socket`);
        socket.onopen = () => resolve('done');
        socket.onerror = () => resolve('refused');
      } catch {
        resolve('refused');
      }
    }),
  'an event source': (origin) =>
    new Promise((resolve) => {
      const source = new EventSource(`${origin}/events`);
      source.onopen = () => resolve('done');
      source.onerror = () => {
        source.close();
        resolve('refused');
      };
    }),
  'a beacon': async (origin) => {
    navigator.sendBeacon(`${origin}/beacon`, 'secret');
    // It is queued whatever becomes of it: what counts is that nobody came.
    await new Promise((resolve) => setTimeout(resolve, 300));
    return 'refused';
  },
  'a frame': (origin) =>
    new Promise((resolve) => {
      addEventListener('securitypolicyviolation', () => resolve('refused'), { once: true });
      setTimeout(() => resolve('done'), 5_000);
      document.body.append(
        Object.assign(document.createElement('iframe'), { src: `${origin}/frame` }),
      );
    }),
  'a form': (origin) =>
    new Promise((resolve) => {
      addEventListener('securitypolicyviolation', () => resolve('refused'), { once: true });
      setTimeout(() => resolve('done'), 5_000);
      const form = document.createElement('form');
      Object.assign(form, { action: `${origin}/form`, method: 'post', target: 'elsewhere' });
      document.body.append(form);
      form.submit();
    }),
  'a module': (origin) =>
    new Promise((resolve) => {
      const script = Object.assign(document.createElement('script'), { type: 'module' });
      script.onload = () => resolve('done');
      script.onerror = () => resolve('refused');
      script.src = `${origin}/module.js`;
      document.head.append(script);
    }),
  'an object': (origin) =>
    new Promise((resolve) => {
      addEventListener('securitypolicyviolation', () => resolve('refused'), { once: true });
      setTimeout(() => resolve('done'), 5_000);
      document.body.append(
        Object.assign(document.createElement('object'), { data: `${origin}/object` }),
      );
    }),
  eval: () =>
    // The browser lets a debugger evaluate; a timer is the page's own.
    new Promise((resolve) => {
      setTimeout(() => {
        try {
          (0, eval)('1');
          resolve('done');
        } catch {
          resolve('refused');
        }
      });
    }),
  'a function from text': () =>
    new Promise((resolve) => {
      setTimeout(() => {
        try {
          // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- the attempt
          new Function('return 1')();
          resolve('done');
        } catch {
          resolve('refused');
        }
      });
    }),
};

/** Runs one attempt in a page. */
const make = (page: Page, name: string, origin: string): Promise<Outcome> =>
  page.evaluate(attempts[name]!, origin);

/** These do without another machine. */
const inside = ['eval', 'a function from text', 'a script in the page'];

test('the content security policy refuses every way to another machine', async ({ app, tab }) => {
  await using outside = await openSite();
  for (const name of Object.keys(attempts))
    await test.step(name, async () => {
      expect(await make(tab, name, outside.origin)).toBe('refused');
    });
  expect(outside.visits).toEqual([]);
  await app.expectAlive();
});

test('the same attempts succeed where no policy forbids them', async ({ tab }) => {
  await using outside = await openSite();
  await using unguarded = await openSite();
  await tab.goto(unguarded.origin);
  for (const name of ['a fetch', 'a script', ...inside])
    await test.step(name, async () => {
      expect(await make(tab, name, outside.origin)).toBe('done');
    });
  for (const name of Object.keys(attempts))
    if (!inside.includes(name))
      await test.step(`${name} arrives`, async () => {
        const before = outside.visits.length;
        // Some wait long before they say that nothing refused them.
        void make(tab, name, outside.origin).catch(() => undefined);
        await expect.poll(() => outside.visits.length).toBeGreaterThan(before);
      });
});

test('no page leads to another site', async ({ app, tab, server }) => {
  await using outside = await openSite();
  await app.expectAlive();
  await tab.evaluate((origin) => {
    location.href = `${origin}/leak?secret`;
  }, outside.origin);
  // Whatever would lead away does so at once.
  await tab.waitForTimeout(2_000);
  expect(outside.visits).toEqual([]);
  expect(new URL(tab.url()).origin).toBe(new URL(server.link).origin);
  await app.expectAlive();
});
