import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOnnx } from '../onnx/read.ts';
import { operators } from '../ops/registry.ts';
import { buildModels } from './build.ts';
import { ModelManifest } from '../../contract/manifest.ts';

const FACE_NETWORKS = ['detector-tiny', 'detector-ssd', 'landmarks-68', 'encoder-resnet29'];

describe('buildModels', () => {
  let folder: string;
  let manifests: readonly ModelManifest[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'likeness-build-'));
    manifests = await buildModels(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('writes a model and a manifest for each network and nothing else', async () => {
    const ids = manifests.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(FACE_NETWORKS));
    const files = ids.flatMap((id) => [`${id}.json`, `${id}.onnx`]);
    expect(await readdir(folder)).toEqual(files.sort());
  });

  it('writes manifests that fit their files', async () => {
    for (const { id } of manifests) {
      const manifest = ModelManifest.parse(
        JSON.parse(await readFile(join(folder, `${id}.json`), 'utf8')),
      );
      const bytes = await readFile(join(folder, `${id}.onnx`));
      expect(manifest.bytes).toBe(bytes.length);
      expect(manifest.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    }
  });

  it('names inputs and outputs as the files have them', async () => {
    for (const { id, input, task } of manifests) {
      const graph = readOnnx(await readFile(join(folder, `${id}.onnx`)), operators);
      expect(graph.inputs.map(({ name }) => name)).toEqual([input.name]);
      expect(typeof graph.inputs[0]?.shape[0]).toBe(input.dynamicBatch ? 'string' : 'number');
      expect(graph.outputs.map(({ name }) => name)).toEqual(outputNames(task));
    }
  });

  it('gives the same bytes again', async () => {
    const again = await buildModels(folder);
    expect(again.map(({ sha256 }) => sha256)).toEqual(manifests.map(({ sha256 }) => sha256));
  });
});

function outputNames(task: ModelManifest['task']): readonly string[] {
  switch (task.role) {
    case 'detector':
      return task.decode.kind === 'boxes-scores'
        ? [task.decode.boxes, task.decode.scores]
        : 'output' in task.decode
          ? [task.decode.output]
          : [];
    case 'landmarks':
    case 'encoder':
      return [task.output];
    case 'style-encoder':
      return task.layers.map(({ output }) => output);
  }
}
