import path from 'node:path';
import { expect, test } from 'vitest';
import type { CommandName } from '../../contract/commands.ts';
import { LikenessError } from '../../contract/errors.ts';
import { testApplication } from './testing/application.ts';
import { samplePhoto } from './testing/sample-portraits.ts';

test('names the fields of an input that does not fit', async () => {
  const { run, host } = testApplication();
  const call = run('identification.identify', { image: { path: '' }, top: 0 });
  await expect(call).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('top') as string,
    details: { fields: [{ field: 'image.path' }, { field: 'top' }] },
  });
  expect(host.requests).toEqual([]);
});

test.each(['', '   ', 'a\u0007b', 'x'.repeat(201)])('refuses the name %j', async (name) => {
  const { run } = testApplication();
  const call = run('enrollment.enroll', { name, images: [{ path: 'a.jpg' }] });
  await expect(call).rejects.toMatchObject({ code: 'name_invalid' });
});

test.each(['nothing.such', 'toString', '__proto__'])('refuses the command %s', async (name) => {
  const { run } = testApplication();
  await expect(run(name as CommandName, {})).rejects.toMatchObject({
    code: 'invalid_input',
  });
});

test('whatever goes wrong arrives as a LikenessError', async () => {
  const { run, store } = testApplication({
    now: () => {
      throw new TypeError('the clock stopped');
    },
  });
  const failed = await run('people.rename', { person: 1, name: 'Anna' }).catch((e: unknown) => e);
  expect(failed).toBeInstanceOf(LikenessError);
  expect(store.file).toContain('likeness.db');
});

test('a dry run tells nobody that something has changed', async () => {
  const { run, subscribe } = testApplication({ samples: path.dirname(samplePhoto(1)) });
  const heard: string[] = [];
  subscribe((name) => heard.push(name));
  await run('samples.remove', { dryRun: true });
  expect(heard).toEqual([]);
  await run('samples.remove', {});
  expect(heard).toEqual(['people.changed', 'activity.added']);
});
