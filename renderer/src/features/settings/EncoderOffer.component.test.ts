import { screen } from '@testing-library/dom';
import { userEvent } from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { ModelSummary } from '../../../../contract/commands.ts';
import type { CommandOutput } from '../../api.ts';

const encoder = (id: string, more: Partial<ModelSummary> = {}): ModelSummary => ({
  ...{ id, name: id, version: '1', role: 'encoder', origin: 'built-in', state: 'ready' },
  ...{ active: false, recommended: false, bytes: 13e6, sha256: '', license: '', source: '' },
  ...more,
});
const inUse = encoder('lesser', { active: true });
const best = encoder('better', { recommended: true, origin: 'download', state: 'available' });
const missed = (share: number) =>
  ({
    choices: [{ wanted: 0.01, missed: share }],
  }) as unknown as CommandOutput<'calibration.outlook'>;

/** The state outlives a screen: each test has a window of its own. */
async function offer(models: readonly ModelSummary[]) {
  vi.resetModules();
  document.body.replaceChildren();
  const { render } = await import('@testing-library/svelte');
  const { shell } = await import('../../testing/setup.ts');
  const { Refused } = await import('../../testing/fake-shell.ts');
  const { connection } = await import('../../state/connection.svelte.ts');
  const { default: EncoderOffer } = await import('./EncoderOffer.svelte');
  connection.start();
  shell.reset({
    'models.list': () => ({ models: [...models] }),
    'calibration.outlook': ({ model }) => missed(model === undefined ? 0.2 : 0.05),
    'models.fetch': () => {
      throw new Refused('download_failed');
    },
  });
  render(EncoderOffer);
  return shell;
}

test('says what a better encoder would change, in people, and what fetching it takes', async () => {
  await offer([inUse, best]);
  expect(await screen.findByText('A better encoder is available')).toBeTruthy();
  const gain = await screen.findByText(/^With 100 people enrolled/u);
  const [, then, of, now] = /misses about (\d+) in (\d+) of them instead of (\d+)/u
    .exec(gain.textContent)!
    .map(Number);
  expect([then! / of!, now! / of!]).toEqual([0.05, 0.2]);
  expect(screen.getByText(/are fetched once from the internet/u)).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Get it and switch' })).toBeTruthy();
});

test.each([
  ['the best is in use', [encoder('better', { active: true, recommended: true })]],
  ['an imported one was chosen', [{ ...inUse, origin: 'imported' as const }, best]],
  ['the best is damaged', [inUse, { ...best, state: 'corrupt' as const }]],
])('offers nothing where %s', async (_, models) => {
  const shell = await offer(models);
  await vi.waitFor(() => expect(shell.inputsOf('models.list')).toHaveLength(1));
  await new Promise((resolve) => setTimeout(resolve));
  expect(screen.queryByText('A better encoder is available')).toBeNull();
});

test('not now is the end of it', async () => {
  await offer([inUse, best]);
  await userEvent.click(await screen.findByRole('button', { name: 'Not now' }));
  expect(screen.queryByText('A better encoder is available')).toBeNull();
});

test('a fetch that fails is said, and can be tried again', async () => {
  const shell = await offer([inUse, best]);
  await userEvent.click(await screen.findByRole('button', { name: 'Get it and switch' }));
  expect((await screen.findByRole('alert')).textContent).toContain('could not be fetched');
  expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
  expect(shell.inputsOf('models.fetch')).toMatchObject([{ id: 'better' }]);
});
