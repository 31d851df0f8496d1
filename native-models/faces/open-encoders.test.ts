import { expect, test } from 'vitest';
import type { Network } from './network.ts';
import { OpenEncoders } from './open-models.ts';

function shelf({ failures = 0 } = {}) {
  const log: string[] = [];
  let left = failures;
  const encoders = new OpenEncoders((id) => {
    if (left-- > 0) return Promise.reject(new Error('It does not open.'));
    log.push(`open ${id}`);
    const network = { manifest: { id } } as Network<'encoder'>;
    const dispose = () => Promise.resolve(void log.push(`free ${id}`));
    return Promise.resolve({ network, dispose });
  });
  const idsOf = (ids: readonly string[]) =>
    encoders.use(ids, (networks) => Promise.resolve(networks.map(({ manifest }) => manifest.id)));
  return { encoders, log, idsOf };
}

test('an encoder is opened once, and again after it was closed', async () => {
  const { encoders, log, idsOf } = shelf();
  expect(await idsOf(['b', 'a'])).toEqual(['b', 'a']);
  await idsOf(['a']);
  expect(log).toEqual(['open b', 'open a']);
  await encoders.close('a');
  await encoders.close('a');
  await encoders.close('never opened');
  expect(log.slice(2)).toEqual(['free a']);
  await idsOf(['a', 'b']);
  expect(log.slice(3)).toEqual(['open a']);
});

test('one that is at work is freed when its last work ends, and not under it', async () => {
  const { encoders, log, idsOf } = shelf();
  const first = Promise.withResolvers<undefined>();
  const second = Promise.withResolvers<undefined>();
  const working = [first, second].map(({ promise }) => encoders.use(['a'], () => promise));
  await encoders.close('a');
  // Whoever comes now gets another session: the closed one is only finished with.
  await idsOf(['a']);
  first.resolve(undefined);
  await working[0];
  expect(log).toEqual(['open a', 'open a']);
  second.reject(new Error('The work failed.'));
  await expect(working[1]).rejects.toThrow('The work failed.');
  expect(log).toEqual(['open a', 'open a', 'free a']);
});

test('a failed attempt is made again, and closing what never opened frees nothing', async () => {
  const { encoders, log, idsOf } = shelf({ failures: 1 });
  await expect(idsOf(['a'])).rejects.toThrow('It does not open.');
  expect(await idsOf(['a'])).toEqual(['a']);
  await encoders.close('a');
  expect(log).toEqual(['open a', 'free a']);
});
