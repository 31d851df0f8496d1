import { expect, test } from 'vitest';
import { LikenessError } from '../../contract/errors.ts';
import { testApplication } from './testing/application.ts';

test('reports runtime, models and database', async () => {
  const app = testApplication();
  const images = [app.photo('a.jpg', 'anna')];
  await app.run('enrollment.enroll', { name: 'Anna', images });
  expect(await app.run('diagnostics.doctor', {})).toMatchObject({
    version: '1.2.3',
    node: process.version,
    ok: true,
    providers: [{ provider: 'cpu', proven: true }],
    database: { file: app.store.file, integrity: 'ok', people: 1, templates: 1 },
  });
});

test('a host that does not come up is a finding', async () => {
  const app = testApplication();
  app.host.request = () => Promise.reject(new LikenessError('host_start_failed', 'It is broken.'));
  expect(await app.run('diagnostics.doctor', {})).toMatchObject({
    ok: false,
    runtime: 'unavailable',
    providers: [{ proven: false, message: 'It is broken.' }],
    models: [],
    database: { integrity: 'ok' },
  });
});

test('an active model that is damaged is not ok', async () => {
  const app = testApplication();
  app.host.models[0] = { ...app.host.models[0]!, state: 'corrupt' };
  expect((await app.run('diagnostics.doctor', {})).ok).toBe(false);
});
