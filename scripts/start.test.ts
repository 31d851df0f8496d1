import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findBrowser as findInServer } from '../app/shells/server/browser.ts';
import { decideStart, findBrowser, startLine } from './start.mjs';

const root = path.join(path.sep, 'likeness');
const electron = path.join(root, 'node_modules', 'electron', 'dist', 'electron');
const chromium = '/usr/bin/chromium';

const decide = (env: Record<string, string>, files: readonly string[]) =>
  decideStart({
    root,
    platform: 'linux',
    env: { PATH: '/bin:/usr/bin', ...env },
    exists: (file) => files.includes(file),
  });

describe.skipIf(process.platform === 'win32')('how the window is shown', () => {
  test('under Electron where its binary and a display are', () => {
    const decision = decide({ DISPLAY: ':0' }, [electron, chromium]);
    expect(decision).toMatchObject({ how: 'electron', program: electron });
    expect(startLine(decision, root, ['--kiosk'], false)).toEqual({
      program: electron,
      args: [path.join(root, 'dist', 'main.js'), '--kiosk'],
    });
  });

  test("in the system's browser where there is no binary", () => {
    const decision = decide({ WAYLAND_DISPLAY: 'wayland-0' }, [chromium]);
    expect(decision).toMatchObject({ how: 'browser', program: chromium });
    expect(decision.sentence).toContain('Electron binary is not installed');
    expect(startLine(decision, root, [], false).args.slice(1)).toEqual([
      'serve',
      '--open',
      '--browser',
      chromium,
    ]);
  });

  test('by a link without a display, or without any browser', () => {
    expect(decide({}, [electron, chromium])).toMatchObject({
      how: 'link',
      sentence: expect.stringContaining('no display') as string,
    });
    expect(decide({ DISPLAY: ':0' }, [])).toMatchObject({
      how: 'link',
      sentence: expect.stringContaining('no Chromium') as string,
    });
  });

  test('an Electron of the user is taken, the script of the npm package is not', () => {
    expect(decide({ DISPLAY: ':0' }, ['/usr/bin/electron']).how).toBe('electron');
    const bin = path.join(root, 'node_modules', '.bin');
    const scripted = decide({ DISPLAY: ':0', PATH: bin }, [path.join(bin, 'electron')]);
    expect(scripted.how).toBe('link');
  });
});

test.each([
  ['linux', { PATH: '/bin:/usr/bin' }, '/usr/bin/google-chrome'],
  ['darwin', {}, '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
  [
    'win32',
    { ProgramFiles: 'C:\\Program Files' },
    'C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
])('on %s the start and `serve --open` find the same browser', (platform, env, file) => {
  const exists = (asked: string) => asked === file;
  expect(findBrowser(platform, env, exists)).toBe(file);
  expect(findInServer(platform, env, exists)).toBe(file);
  expect(findBrowser(platform, env, () => false)).toBeNull();
  expect(findInServer(platform, env, () => false)).toBeNull();
});
