import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import { float32, int64Vector, tensor } from '../graph/tensor.ts';
import { writeOnnx } from '../onnx/write.ts';
import { add } from '../ops/arithmetic.ts';
import { operators } from '../ops/registry.ts';
import { cannedInput, cannedModel } from './proof.ts';
import { resolveProvider } from './providers.ts';
import { Runtime } from './runtime.ts';

/** A provider that the native library of this platform does not have. */
const absent = process.platform === 'win32' ? 'coreml' : 'directml';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'likeness-runtime-'))));
afterAll(() => rm(folder, { recursive: true }));

const file = async (name: string, bytes: Uint8Array) => {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return { path };
};

/** Doubles its input, of type float32[n], int64[n] or float16[n]. */
function doubling(type: 'float32' | 'int64' | 'float16') {
  const builder = new GraphBuilder('doubling', operators);
  const x = builder.input('x', type, ['n']);
  return { bytes: writeOnnx(builder.build({ y: add(builder, x, x) })), name: 'doubling' };
}

describe('Runtime on the CPU', () => {
  const runtime = new Runtime({ provider: 'cpu' });

  it('opens a file and says what goes in and comes out', async () => {
    const session = await runtime.open(await file('canned.onnx', cannedModel()));

    expect(session.provider).toBe('cpu');
    expect(session.inputs).toEqual([{ name: 'input', type: 'float32', shape: [1, 3, 32, 32] }]);
    expect(session.outputs).toEqual([{ name: 'output', type: 'float32', shape: [1, 8] }]);
    expect((await session.run({ input: cannedInput() }))['output']?.shape).toEqual([1, 8]);
    await session.dispose();
  });

  it.each([
    ['float32', float32([2], [1.5, -2]), [3, -4]],
    ['int64', int64Vector([3, 2 ** 40]), [6n, 2n ** 41n]],
  ] as const)('runs on %s', async (type, x, expected) => {
    const session = await runtime.open(doubling(type));
    const { y } = await session.run({ x });
    await session.dispose();

    expect(y).toMatchObject({ type, shape: x.shape });
    expect(Array.from<number | bigint>(y!.data)).toEqual(expected);
  });

  it('refuses half precision, which the binding would lose', async () => {
    const session = await runtime.open(doubling('float16'));
    const x = tensor('float16', [1], Uint16Array.of(0x3e00));

    await expect(session.run({ x })).rejects.toMatchObject({ details: { type: 'float16' } });
    await session.dispose();
  });

  it('names the file that is no model', async () => {
    const source = await file('broken.onnx', cannedModel().subarray(0, 500));

    await expect(runtime.open(source)).rejects.toMatchObject({
      code: 'model_corrupt',
      message: expect.stringContaining(source.path) as string,
      details: { file: source.path },
    });
  });

  it('refuses an empty file and one that is not there', async () => {
    await expect(runtime.open(await file('empty.onnx', new Uint8Array()))).rejects.toMatchObject({
      code: 'model_corrupt',
    });
    await expect(runtime.open({ path: join(folder, 'none.onnx') })).rejects.toMatchObject({
      code: 'model_missing',
    });
  });

  it('says what does not fit where inputs are wrong, and works on', async () => {
    const session = await runtime.open(doubling('float32'));

    await expect(session.run({ x: int64Vector([1]) })).rejects.toMatchObject({
      code: 'model_incompatible',
      message: expect.stringContaining('doubling') as string,
    });
    await expect(session.run({})).rejects.toMatchObject({ code: 'model_incompatible' });
    expect((await session.run({ x: float32([1], [4]) }))['y']?.data[0]).toBe(8);
    await session.dispose();
  });

  it('finishes pending runs before it frees a session, and refuses later ones', async () => {
    const session = await runtime.open(doubling('float32'));
    const pending = session.run({ x: float32([1], [4]) });
    await session.dispose();
    await session.dispose();

    expect((await pending)['y']?.data[0]).toBe(8);
    await expect(session.run({ x: float32([1], [4]) })).rejects.toThrow('closed already');
  });
});

describe('Runtime on a provider that does not start', () => {
  it('falls back to the CPU and warns once, however many models are opened', async () => {
    const runtime = new Runtime({ provider: absent });
    const sessions = await Promise.all([
      runtime.open(doubling('float32')),
      runtime.open(doubling('int64')),
    ]);
    sessions.push(await runtime.open(doubling('float32')));

    expect(sessions.map(({ provider }) => provider)).toEqual(['cpu', 'cpu', 'cpu']);
    expect(runtime.provider).toBe('cpu');
    expect(runtime.warnings).toHaveLength(1);
    expect(runtime.warnings[0]).toMatch(/could not be started.*The CPU is used instead\./);
    for (const session of sessions) await session.dispose();
  });

  it('does not blame the provider for a broken model', async () => {
    const runtime = new Runtime({ provider: absent });

    await expect(
      runtime.open({ bytes: Uint8Array.of(1, 2, 3), name: 'junk' }),
    ).rejects.toMatchObject({ code: 'model_corrupt' });
    expect(runtime.warnings).toEqual([]);
  });
});

describe('resolveProvider', () => {
  it.each([
    ['auto', 'win32', false, 'directml'],
    ['auto', 'darwin', false, 'coreml'],
    ['auto', 'linux', true, 'cuda'],
    ['auto', 'linux', false, 'cpu'],
    ['auto', 'freebsd', true, 'cpu'],
    ['webgpu', 'linux', true, 'webgpu'],
  ] as const)('%s on %s (CUDA libraries: %s) is %s', (choice, platform, cuda, expected) => {
    expect(resolveProvider(choice, platform, () => cuda)).toBe(expected);
  });
});
