// Makes the built-in models: node native-models/catalog/build.ts [folder, default dist/models]
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeOnnx } from '../onnx/write.ts';
import type { Graph } from '../graph/graph.ts';
import { faceApiNetworks } from './face-api/networks.ts';
import { faceApiModelFolder, readWeights } from './face-api/weights.ts';
import { ModelManifest } from '../../contract/manifest.ts';
import { writeWhole } from '../../foundation/files/output-file.ts';
import { trainedIds } from './known-models.ts';
import { readModel } from './model-files.ts';
import { buildFilterBank, filterBankManifest } from './style-encoders.ts';

interface BuiltInNetwork {
  readonly build: () => Graph | Promise<Graph>;
  /** All of the manifest that does not depend on the bytes of the file. */
  readonly manifest: Omit<ModelManifest, 'bytes' | 'sha256'>;
}

/** Every network that ships with the application. */
export function builtInNetworks(): readonly BuiltInNetwork[] {
  const source = faceApiModelFolder();
  const converted = faceApiNetworks.map(({ weights, build, manifest }) => ({
    build: async () => build(await readWeights(source, weights)),
    manifest,
  }));
  return [...converted, { build: buildFilterBank, manifest: filterBankManifest }];
}

const trainedFolder = join(import.meta.dirname, 'trained');

/** Writes `<id>.onnx` and `<id>.json` of every built-in model; the same weights give the same bytes. */
export async function buildModels(folder: string): Promise<readonly ModelManifest[]> {
  await mkdir(folder, { recursive: true });
  const manifests: ModelManifest[] = [];
  for (const network of builtInNetworks()) {
    const { bytes, manifest } = await buildModel(network);
    await writeWhole(join(folder, `${manifest.id}.onnx`), bytes, forEverybody);
    await writeWhole(
      join(folder, `${manifest.id}.json`),
      `${JSON.stringify(manifest, undefined, 2)}\n`,
      forEverybody,
    );
    manifests.push(manifest);
  }
  for (const id of trainedIds) manifests.push(await copyTrained(id, folder));
  return manifests;
}

/** @throws LikenessError model_corrupt where the file is not the one of its manifest. */
async function copyTrained(id: string, folder: string): Promise<ModelManifest> {
  const text = await readFile(join(trainedFolder, `${id}.json`), 'utf8');
  const manifest = ModelManifest.parse(JSON.parse(text));
  const file = join(trainedFolder, `${id}.onnx`);
  const { bytes } = await readModel({ origin: 'built-in', file, manifest });
  await writeWhole(join(folder, `${id}.onnx`), bytes, forEverybody);
  await writeWhole(join(folder, `${id}.json`), text, forEverybody);
  return manifest;
}

async function buildModel(
  network: BuiltInNetwork,
): Promise<{ bytes: Uint8Array; manifest: ModelManifest }> {
  const bytes = writeOnnx(await network.build());
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const manifest = ModelManifest.parse({ ...network.manifest, bytes: bytes.length, sha256 });
  return { bytes, manifest };
}

/** Everybody who may run the program reads its models. */
const forEverybody = { mode: 0o644 } as const;

if (import.meta.main) {
  const folder = resolve(process.argv[2] ?? 'dist/models');
  for (const { id, bytes } of await buildModels(folder))
    console.log(`${join(folder, `${id}.onnx`)}  ${(bytes / 1e6).toFixed(1)} MB`);
}
