import { afterEach, expect, test, vi } from 'vitest';
import { openCamera, openEarly } from './camera.ts';

const stopped: string[] = [];

function streamOf(name: string): MediaStream {
  const stop = () => stopped.push(name);
  return { id: name, getTracks: () => [{ stop }] } as unknown as MediaStream;
}

/** Cameras that open one after another under these names. */
function cameras(...names: readonly string[]) {
  const left = [...names];
  const getUserMedia = vi.fn(() => Promise.resolve(streamOf(left.shift()!)));
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } });
  return getUserMedia;
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  stopped.length = 0;
});

test('a camera that was opened early is taken over once', async () => {
  const opened = cameras('early', 'second');
  openEarly('desk');
  expect((await openCamera('desk')).id).toBe('early');
  expect((await openCamera('desk')).id).toBe('second');
  expect(opened).toHaveBeenCalledTimes(2);
  expect(stopped).toEqual([]);
});

test('another camera than the one that was opened early closes that', async () => {
  cameras('early', 'other');
  openEarly('desk');
  expect((await openCamera('door')).id).toBe('other');
  expect(stopped).toEqual(['early']);
});

test('nobody takes it over: it does not stay on', async () => {
  vi.useFakeTimers();
  cameras('early', 'later');
  openEarly('');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(stopped).toEqual(['early']);
  expect((await openCamera('')).id).toBe('later');
});

test('what went wrong early is told to whoever asks', async () => {
  vi.stubGlobal('navigator', {
    mediaDevices: { getUserMedia: () => Promise.reject(new DOMException('', 'NotReadableError')) },
  });
  openEarly('');
  await expect(openCamera('')).rejects.toMatchObject({ name: 'NotReadableError' });
});
