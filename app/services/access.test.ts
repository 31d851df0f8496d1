import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { testApplication } from './testing/application.ts';

test('a key works until it is revoked, and its secret is kept nowhere', async () => {
  let time = Date.parse('2026-01-01T00:00:00Z');
  const app = testApplication({ now: () => new Date(time) });
  const { key, secret } = await app.run('access.createKey', { name: 'Door' });
  expect(key).toMatchObject({ name: 'Door', lastUsedAt: null });
  expect(Buffer.from(secret.replace('likeness_', ''), 'base64url')).toHaveLength(32);
  expect(app.checkKey(secret)?.id).toBe(key.id);
  expect(app.checkKey(`${secret}x`)).toBeNull();
  time += 120_000;
  app.checkKey(secret);
  const { keys } = await app.run('access.listKeys', {});
  expect(keys).toEqual([{ ...key, lastUsedAt: new Date(time).toISOString() }]);
  const folder = path.dirname(app.store.file);
  for (const name of readdirSync(folder))
    expect(readFileSync(path.join(folder, name)).includes(secret.slice(9))).toBe(false);

  await app.run('access.revokeKey', { id: key.id });
  expect(app.checkKey(secret)).toBeNull();
  await expect(app.run('access.revokeKey', { id: key.id })).rejects.toMatchObject({
    code: 'key_not_found',
  });
});
