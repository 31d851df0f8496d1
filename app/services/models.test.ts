import { expect, test } from 'vitest';
import { readSetting } from '../../db/store.ts';
import { testApplication, type TestApplication } from './testing/application.ts';

const active = async (app: TestApplication) =>
  (await app.run('models.list', {})).models.filter((m) => m.active).map(({ id }) => id);

test('a choice is used at once and after a restart', async () => {
  const app = testApplication();
  expect(await active(app)).toContain('residual');
  const { model } = await app.run('models.use', { id: 'mobile' });
  expect(model).toMatchObject({ id: 'mobile', active: true });
  expect(await active(app)).toContain('mobile');
  const restarted = testApplication({ folder: app.folder });
  expect(await active(restarted)).toContain('mobile');
});

test.each([
  ['model_unknown', 'nothing'],
  ['model_missing', 'absent'],
  ['invalid_input', 'landmarks-68'],
])('%s: %s cannot be chosen', async (code, id) => {
  const app = testApplication();
  await expect(app.run('models.use', { id })).rejects.toMatchObject({ code });
  expect(app.store.read((tables) => readSetting(tables, 'model.encoder'))).toBeUndefined();
});

test('a model that does not run is not chosen, and the former goes on', async () => {
  const app = testApplication();
  const absent = app.host.models.findIndex(({ id }) => id === 'absent');
  app.host.models[absent] = { ...app.host.models[absent]!, state: 'ready' };
  await expect(app.run('models.use', { id: 'absent' })).rejects.toMatchObject({
    code: 'model_missing',
  });
  expect(await active(app)).toContain('residual');
  expect(app.store.read((tables) => readSetting(tables, 'model.encoder'))).toBeUndefined();
});

test('verifying, fetching and importing are the host’s work', async () => {
  const app = testApplication();
  expect(await app.run('models.verify', {})).toMatchObject({ ok: true });
  expect(await app.run('models.fetch', { id: 'mobile' })).toMatchObject({ resumedFrom: 0 });
  await app.run('models.import', { file: 'a.onnx', manifest: 'a.json' });
  expect(app.host.requests).toEqual(['verifyModels', 'listModels', 'fetchModel', 'importModel']);
});

test('an encoder that is fetched does not take over where people are enrolled', async () => {
  const app = testApplication();
  const choice = () => app.store.read((tables) => readSetting(tables, 'model.encoder'));
  await app.run('models.fetch', { id: 'mobile' });
  expect(choice()).toBeUndefined();
  await app.run('enrollment.enroll', { name: 'Anna', images: [app.photo('a.jpg', 'anna')] });
  await app.run('models.fetch', { id: 'small-detector' });
  expect(choice()).toBeUndefined();
  await app.run('models.fetch', { id: 'mobile' });
  expect(choice()).toBe('residual');
  await app.run('models.use', { id: 'mobile' });
  await app.run('models.fetch', { id: 'residual' });
  expect(choice()).toBe('mobile');
});
