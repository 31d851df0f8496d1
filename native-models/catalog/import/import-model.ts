import path from 'node:path';
import { LikenessError } from '../../../contract/errors.ts';
import { float32 } from '../../graph/tensor.ts';
import { withFloatBorder } from '../../onnx/modernize.ts';
import type { ValueInfo } from '../../runtime/session.ts';
import type { InstallableModel } from '../transfer.ts';
import { sha256Of } from '../../../foundation/hash.ts';
import { ModelManifest } from '../../../contract/manifest.ts';
import type { ModelEntry } from '../model-files.ts';
import { shown } from './check.ts';
import { feedsOf, idFromFile, proposeTasks, type Proposal } from './propose-manifest.ts';
import { proveModel, type OpenModel, type Proven, type Provers } from './prove-model.ts';
import { readModelFile, invalid, readImportManifest } from './read.ts';
import type { ImportManifest } from '../../../contract/manifest.ts';

/** The ids that are taken, by our own models or by earlier imports. */
export interface Taken {
  readonly reserved: ReadonlySet<string>;
  readonly entries: ReadonlyMap<string, ModelEntry>;
}

/** What is to be imported. */
export interface ImportRequest {
  readonly file: string;
  /** A manifest that a person wrote; where there is none, one is proposed. */
  readonly manifest?: string | undefined;
  /** What the model is to be called where a manifest is proposed; by the name of the file if absent. */
  readonly id?: string | undefined;
}

/** A model that is proved and ready to be installed. */
export interface Imported extends InstallableModel {
  /** What it was taken for; null where a person wrote the manifest. */
  readonly family: string | null;
  readonly warnings: readonly string[];
}

/**
 * Reads somebody else's model and proves it. Weights that lie beside the file become part of it;
 * where it computes in other types, it takes and gives float32 all the same.
 *
 * @throws LikenessError manifest_invalid, model_corrupt, model_incompatible, file_empty,
 * file_not_found, file_unreadable, file_is_directory
 */
export async function prepareImport(
  { file, manifest: manifestFile, id }: ImportRequest,
  taken: Taken,
  provers: Provers,
): Promise<Imported> {
  const written = manifestFile === undefined ? undefined : await readImportManifest(manifestFile);
  const original = await readModelFile(file);
  const onnx = await withFloats(original, file, provers.open);
  const counted = { bytes: onnx.length, sha256: sha256Of(onnx) };
  const about = {
    ...counted,
    ...(onnx === original
      ? {}
      : { convertedFrom: { bytes: original.length, sha256: sha256Of(original) } }),
  };
  if (written !== undefined && manifestFile !== undefined) {
    checkCounted(manifestFile, written, original);
    const manifest = { ...written, ...about };
    checkId(manifestFile, manifest, taken);
    const proven = await proveModel(manifest, onnx, provers);
    return { onnx, manifest: proven.manifest, family: null, warnings: proven.warnings };
  }
  const name = id ?? idFromFile(file);
  const proposed = await bestProposal(name, about, onnx, file, provers);
  checkId(file, proposed.manifest, taken);
  return { onnx, ...proposed };
}

/** Graphs that are fed or give half-precision numbers or bytes get float32 at their border. */
async function withFloats(onnx: Uint8Array, file: string, open: OpenModel): Promise<Uint8Array> {
  const model = await open(onnx, file);
  try {
    const convertible = (values: readonly ValueInfo[]) =>
      values.filter(({ type }) => CONVERTIBLE.has(type)).map(({ name }) => name);
    const border = { inputs: convertible(model.inputs), outputs: convertible(model.outputs) };
    if (border.inputs.length + border.outputs.length === 0) return onnx;
    return withFloatBorder(onnx, border);
  } finally {
    await model.dispose();
  }
}

/** ONNX Runtime's names. */
const CONVERTIBLE = new Set(['float16', 'uint8', 'float64']);

/** The proposal that does best on the sample faces, of all ways in which the file could be fed. */
async function bestProposal(
  id: string,
  about: Pick<ModelManifest, 'bytes' | 'sha256' | 'convertedFrom'>,
  onnx: Uint8Array,
  file: string,
  provers: Provers,
): Promise<Omit<Imported, 'onnx'>> {
  const proposals = await proposalsFor(onnx, file, provers.open);
  let best: (Proven & { readonly family: string }) | undefined;
  let refusal: unknown;
  for (const { family, input, task } of proposals) {
    const manifest = ModelManifest.parse({
      id,
      name: `${id} (${family})`,
      version: '1',
      ...about,
      license: 'not stated',
      source: `imported from ${path.basename(file)}`,
      input,
      task,
    });
    try {
      const proven = await proveModel(manifest, onnx, provers);
      // The likeliest comes first: another must be clearly better.
      if (best === undefined || proven.score > best.score * CLEARLY) best = { ...proven, family };
    } catch (error) {
      refusal ??= error;
    }
  }
  if (best === undefined) throw refusal;
  const { family, manifest, warnings } = best;
  const unmeasured =
    manifest.task.role === 'encoder'
      ? [
          `Nobody has measured at what distance ${id} takes two photos for one person; a careful value was set. ` +
            'Calibrate with it, or evaluate it, on photos of your own.',
        ]
      : [];
  return { family, manifest, warnings: [...warnings, ...unmeasured] };
}

const CLEARLY = 1.15;

async function proposalsFor(
  onnx: Uint8Array,
  file: string,
  open: OpenModel,
): Promise<readonly Proposal[]> {
  const model = await open(onnx, file);
  let gives = '';
  try {
    for (const feed of feedsOf(model.inputs)) {
      const { layout, width, height, name } = feed;
      const shape = layout === 'NCHW' ? [1, 3, height, width] : [1, height, width, 3];
      const data = new Float32Array(3 * width * height).fill(0.5);
      const outputs = await model.run({ [name]: float32(shape, data) }).catch(() => null);
      if (outputs === null) continue;
      const proposals = proposeTasks(feed, outputs);
      if (proposals.length > 0) return proposals;
      const shapes = Object.entries(outputs).map(([output, of]) => `${output} ${shown(of.shape)}`);
      gives = `; from one picture of ${width} × ${height} it makes ${shapes.join(', ')}`;
    }
    const takes = model.inputs.map((input) => `${input.name} ${shown(input.shape)}`).join(', ');
    throw unknownFamily(file, `It takes ${takes}${gives}`);
  } finally {
    await model.dispose();
  }
}

const unknownFamily = (file: string, shapes: string): LikenessError =>
  new LikenessError(
    'manifest_invalid',
    `${file} is no detector or encoder that is recognized by what it is fed and gives: one color picture ` +
      `(three channels) in; out of it one encoding, or the boxes of YuNet, SCRFD, RetinaFace, YOLOv5-face ` +
      `or YOLOv8-face. ${shapes}.`,
    { details: { file, family: null } },
  );

/** A manifest that brings size and hash means one particular file. */
function checkCounted(file: string, written: ImportManifest, original: Uint8Array): void {
  const counted = { bytes: original.length, sha256: sha256Of(original) };
  for (const field of ['bytes', 'sha256'] as const)
    if (written[field] !== undefined && written[field] !== counted[field])
      throw invalid(file, field, `it is ${written[field]}, but the file has ${counted[field]}`);
}

function checkId(file: string, manifest: ModelManifest, { reserved, entries }: Taken): void {
  const { id, version } = manifest;
  if (reserved.has(id))
    throw invalid(file, 'id', `${id} is a model of Likeness itself; choose another`);
  const earlier = entries.get(id)?.manifest;
  if (earlier?.version !== version || encodingOf(earlier) === encodingOf(manifest)) return;
  throw invalid(
    file,
    'version',
    `another model was imported as ${id} ${version}, and templates of the two must never be compared; give this one another version`,
  );
}

/** All that decides which numbers a face gets. */
function encodingOf({ sha256, input, task }: ModelManifest): string {
  if (task.role !== 'encoder') return JSON.stringify([sha256, input]);
  const { output, dimension, alignment, metric, mirror } = task;
  return JSON.stringify([sha256, input, output, dimension, alignment, metric, mirror]);
}
