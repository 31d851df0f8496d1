import { expect, test } from 'vitest';
import { LikenessError } from '../../../contract/errors.ts';
import { Settings, type SystemStatus } from '../../../contract/application.ts';
import { KioskLock } from '../wire/kiosk-lock.ts';
import { fakeBackend } from '../wire/testing/fake-backend.ts';
import { firstCamera, withCamera } from './first-camera.ts';

const status: SystemStatus = {
  version: '1.2.3',
  platform: 'linux x64',
  dataFolder: '/data',
  recognition: null,
  hosts: { recognition: { kind: 'idle' }, studio: { kind: 'idle' } },
  people: 0,
  templates: 0,
  kiosk: { pinSet: false, locked: false },
};

function asked(chosen: Partial<Settings>, people = 0, locked = false): Promise<string | null> {
  const backend = fakeBackend({
    'settings.get': () => ({ settings: Settings.parse(chosen) }),
    'system.status': () => ({ ...status, people }),
  });
  return firstCamera(backend, new KioskLock(locked));
}

test('the camera of the settings, where a window begins with the live picture', async () => {
  expect(await asked({ camera: 'desk', guideDone: true })).toBe('desk');
  expect(await asked({}, 2)).toBe('');
});

test('none in the guide of the first start, and none in the kiosk', async () => {
  expect(await asked({})).toBeNull();
  expect(await asked({ guideDone: true }, 2, true)).toBeNull();
});

test('what cannot be asked keeps no page away', async () => {
  const backend = fakeBackend({
    'settings.get': () => {
      throw new LikenessError('database_busy', 'Another program holds it.');
    },
  });
  expect(await firstCamera(backend, new KioskLock(false))).toBeNull();
});

test('an id of a camera cannot leave its attribute', () => {
  const page = '<!doctype html><html lang="en">';
  expect(withCamera(page, null)).toBe(page);
  expect(withCamera(page, '')).toBe('<!doctype html><html data-camera="" lang="en">');
  expect(withCamera(page, '"><script>$&')).toBe(
    '<!doctype html><html data-camera="%22%3E%3Cscript%3E%24%26" lang="en">',
  );
});
