import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  Links,
  LINK_LIFE,
  linkOf,
  makeLinks,
  makeToken,
  publishKey,
  Sessions,
} from './sessions.ts';

function clock() {
  let now = Date.parse('2026-05-04T08:00:00Z');
  return { now: () => new Date(now), pass: (milliseconds: number) => (now += milliseconds) };
}

test('a link ends by itself, and one of a clock that ran ahead opens nothing', () => {
  const { now, pass } = clock();
  const links = new Links(now);
  const [early, late, ahead] = [
    makeToken(links.key, now()),
    makeToken(links.key, now()),
    makeToken(links.key, new Date(now().getTime() + LINK_LIFE + 1)),
  ];
  expect(links.take(ahead)).toBe(false);
  pass(LINK_LIFE);
  expect(links.take(early)).toBe(true);
  expect(links.take(early)).toBe(false);
  pass(1);
  expect(links.take(late)).toBe(false);
});

test('a session outlives its last socket by a minute, on a clock that nobody can set', () => {
  let elapsed = 0;
  const links = new Links();
  const sessions = new Sessions(links, () => elapsed);
  const secret = sessions.begin(makeToken(links.key))!;
  const [first, second] = [sessions.hold(secret), sessions.hold(secret)];
  elapsed += 3_600_000;
  first();
  expect(sessions.has(secret)).toBe(true);
  second();
  elapsed += 60_000;
  expect(sessions.has(secret)).toBe(true);
  elapsed += 1;
  expect(sessions.has(secret)).toBe(false);
  expect(sessions.begin('x')).toBeNull();
});

test('whoever owns the data folder makes links of the servers that run, and nobody else', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'likeness-links-'));
  const links = new Links();
  const remove = await publishKey(dataDir, 'http://127.0.0.1:4617', links);
  const folder = path.join(dataDir, 'windows');
  const stopped = { origin: 'http://127.0.0.1:80', key: links.key, pid: 2 ** 30 };
  writeFileSync(path.join(folder, '80.json'), JSON.stringify(stopped));
  const modes = [folder, path.join(folder, '4617.json')].map((file) => statSync(file).mode & 0o777);
  expect(modes).toEqual(process.platform === 'win32' ? modes : [0o700, 0o600]);
  const [link, ...more] = await makeLinks(dataDir);
  expect(more).toEqual([]);
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:4617\/open#/u);
  expect(links.take(new URL(link!).hash.slice(1))).toBe(true);
  expect(linkOf('http://127.0.0.1:4617', links.key)).not.toBe(link);
  await remove();
  expect(readdirSync(folder)).toEqual(['80.json']);
  expect(await makeLinks(dataDir)).toEqual([]);
});
