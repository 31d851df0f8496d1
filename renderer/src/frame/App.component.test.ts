import { screen } from '@testing-library/dom';
import { expect, test, vi } from 'vitest';

/** A window is loaded once: each test has one of its own. */
async function load() {
  vi.resetModules();
  document.body.replaceChildren();
  const { render } = await import('@testing-library/svelte');
  const { Refused } = await import('../testing/fake-shell.ts');
  const { shell } = await import('../testing/setup.ts');
  const { default: App } = await import('./App.svelte');
  return { render, shell, App, Refused };
}

test('waits for the shell, and says so', async () => {
  const { render, App, shell } = await load();
  shell.reset();
  render(App);
  expect(screen.getAllByText('Connecting …').length).toBeGreaterThan(0);
  expect(screen.queryByRole('navigation')).toBeNull();
});

test('a database that cannot be opened is said, and the window still stands', async () => {
  const { render, App, shell, Refused } = await load();
  shell.reset();
  shell.fallback = new Refused('database_corrupt', { file: '/data/likeness.db' });
  render(App);
  shell.say({ kind: 'session', shell: 'server', kiosk: false });
  expect((await screen.findAllByRole('navigation')).length).toBeGreaterThan(0);
  expect((await screen.findAllByText(/database/iu)).length).toBeGreaterThan(0);
});

test('speaks German where the system does', async () => {
  vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['de-AT', 'en']);
  const { render, App, shell } = await load();
  shell.reset();
  render(App);
  shell.say({ kind: 'session', shell: 'server', kiosk: false });
  expect(await screen.findByRole('link', { name: /Personen/u })).toBeTruthy();
  vi.restoreAllMocks();
});
