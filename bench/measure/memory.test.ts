import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { MemoryWatch, growthOf, nameOf } from './memory.ts';

test('growth compares the last third with the first and is not moved by one peak', () => {
  expect(growthOf([100, 100, 400, 105, 105, 105, 110, 110, 110])).toBeCloseTo(0.1);
  expect(growthOf([50, 50, 50])).toBe(0);
});

test('processes are named by what they are', () => {
  expect(nameOf('/usr/bin/node /app/dist/host.js')).toBe('model host');
  expect(nameOf('/usr/bin/node dist/cli.js serve --port 0')).toBe('server');
  expect(nameOf('/usr/lib/chromium/chromium --type=renderer --lang=en')).toBe('browser: renderer');
  expect(
    nameOf('chromium --type=utility --utility-sub-type=video_capture.mojom.VideoCaptureService'),
  ).toBe('browser: VideoCaptureService');
  expect(nameOf('/usr/lib/chromium/chromium --headless')).toBe('browser');
});

test.skipIf(process.platform === 'win32')(
  'a child of a watched process is watched, too',
  async () => {
    const nested =
      'const c = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1e4)"]);' +
      'console.log(c.pid); process.on("SIGTERM", () => { c.kill(); process.exit(); });';
    const child = spawn(process.execPath, ['-e', nested], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [printed] = (await once(child.stdout, 'data')) as [Buffer];
    const watch = new MemoryWatch([child.pid!], 50);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const traces = watch.stop();
    child.kill('SIGTERM');
    expect(traces.map(({ pid }) => pid).sort()).toEqual([child.pid!, Number(printed)].sort());
    for (const { samples } of traces) expect(samples[0]).toBeGreaterThan(5);
  },
);
