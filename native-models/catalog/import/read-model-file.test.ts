import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { externalDataOf } from '../../onnx/modernize.ts';
import { ModelProto } from '../../onnx/schema.ts';
import { scratchFolder } from '../testing/scratch.ts';
import { tinyEncoder } from '../testing/tiny-models.ts';
import { readModelFile } from './read.ts';

let folder: string;
beforeEach(async () => {
  const scratch = await scratchFolder();
  onTestFinished(() => scratch[Symbol.asyncDispose]());
  folder = scratch.path;
});

interface Editable {
  readonly graph: { readonly initializer: Record<string, unknown>[] };
}

/** The tiny encoder with its kernel at a place that the file names; gives the kernel's bytes. */
async function writeExternal(file: string, location: string): Promise<Uint8Array> {
  const message = ModelProto.toObject(ModelProto.decode(tinyEncoder())) as Editable;
  const { rawData, floatData, ...kernel } = message.graph.initializer[0]! as {
    rawData?: Uint8Array;
    floatData?: number[];
  };
  message.graph.initializer[0] = {
    ...kernel,
    dataLocation: 1,
    externalData: [{ key: 'location', value: location }],
  };
  await writeFile(file, ModelProto.encode(ModelProto.fromObject(message)).finish());
  return rawData ?? new Uint8Array(Float32Array.from(floatData!).buffer);
}

const at = (...names: string[]) => path.join(folder, ...names);

test.each(['a.onnx.data', 'weights/a.bin'])(
  'weights in %s become part of the model',
  async (location) => {
    const weights = await writeExternal(at('a.onnx'), location);
    await mkdir(path.dirname(at(location)), { recursive: true });
    await writeFile(at(location), weights);
    const model = await readModelFile(at('a.onnx'));
    expect(externalDataOf(model)).toEqual([]);
    expect(Buffer.from(model).indexOf(Buffer.from(weights))).toBeGreaterThan(0);
  },
);

test('weights that are not there are named', async () => {
  await writeExternal(at('a.onnx'), 'gone.data');
  await expect(readModelFile(at('a.onnx'))).rejects.toMatchObject({
    code: 'model_corrupt',
    message: expect.stringMatching(/needs the file gone\.data beside it/u) as string,
  });
});

test('weights that are cut off are noticed', async () => {
  await writeExternal(at('a.onnx'), 'a.data');
  await writeFile(at('a.data'), Buffer.alloc(0));
  // The whole of an empty file is not what the tensor needs; the runtime would find zeros.
  await expect(readModelFile(at('a.onnx'))).rejects.toMatchObject({ code: 'model_corrupt' });
});

test.each(['../secret', '/etc/hostname', 'sub/../../secret'])(
  'weights at %s, outside the folder, are refused and not read',
  async (location) => {
    await mkdir(at('models'));
    await writeFile(at('secret'), 'x');
    await writeExternal(at('models', 'a.onnx'), location);
    await expect(readModelFile(at('models', 'a.onnx'))).rejects.toMatchObject({
      code: 'model_corrupt',
      message: expect.stringContaining('outside its own folder') as string,
    });
  },
);

test('a link that leads out of the folder is outside', async () => {
  await mkdir(at('models'));
  await writeFile(at('secret'), 'x');
  await symlink(at('secret'), at('models', 'a.data'));
  await writeExternal(at('models', 'a.onnx'), 'a.data');
  await expect(readModelFile(at('models', 'a.onnx'))).rejects.toMatchObject({
    code: 'model_corrupt',
  });
});

test('a pointer of Git LFS is called so', async () => {
  await writeFile(
    at('a.onnx'),
    'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n',
  );
  await expect(readModelFile(at('a.onnx'))).rejects.toMatchObject({
    code: 'model_corrupt',
    message: expect.stringContaining('git lfs pull') as string,
  });
});

test.skipIf(process.platform === 'win32')(
  'pipes and devices are refused without waiting',
  async () => {
    execFileSync('mkfifo', [at('pipe')]);
    for (const file of [at('pipe'), '/dev/zero'])
      await expect(readModelFile(file)).rejects.toMatchObject({ code: 'file_unreadable' });
  },
);
