import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeBackend } from '../wire/testing/fake-backend.ts';
import type { RunningServer } from './server.ts';
import { ask, testServer } from './testing/client.ts';

let server: RunningServer;

beforeEach(async () => {
  server = await testServer(fakeBackend());
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

test.each([
  ['/', 200, 'Open Likeness through a link'],
  ['/index.html', 200, 'Open Likeness through a link'],
  ['/window', 401, 'Open Likeness through a link'],
  ['/nothing', 404, 'There is nothing at this address'],
])('a browser that is led to %s sees a page with styles', async (where, status, title) => {
  const answer = await ask(server, where, { headers: { accept: 'text/html,*/*' } });
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toContain('text/html');
  expect(answer.text).toContain(`<h1>${title}</h1>`);
  expect(answer.text).toContain('<link rel="stylesheet" href="/open.css" />');
  // The content policy would not let them through.
  expect(answer.text).not.toMatch(/<style|style=|<script>/u);
  const style = await ask(server, '/open.css');
  expect([style.status, style.headers['content-type']]).toEqual([200, 'text/css; charset=utf-8']);
});

test.each([
  ['de-CH, de;q=0.9, en;q=0.8', 'de'],
  ['fr, en-US;q=0.7', 'en'],
  ['fr', 'en'],
  ['', 'en'],
])('the page for a browser that accepts %j is in %s', async (accepted, language) => {
  const headers = { accept: 'text/html', 'accept-language': accepted };
  for (const where of ['/', '/open'])
    expect((await ask(server, where, { headers })).text).toContain(`<html lang="${language}">`);
});

test('an address that another site leads to is refused in words', async () => {
  const headers = { accept: 'text/html', 'sec-fetch-site': 'cross-site' };
  const answer = await ask(server, '/', { headers });
  expect([answer.status, answer.text]).toEqual([
    403,
    expect.stringContaining('<h1>Another site led here</h1>'),
  ]);
});

test('a page that there is not leads back to the one that there is', async () => {
  const headers = { accept: 'text/html' };
  const answer = await ask(server, '/nothing', { headers });
  expect([answer.status, answer.text]).toEqual([404, expect.stringContaining('<a href="/">')]);
});
