import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { LikenessError, toLikenessError } from '../../../contract/errors.ts';
import { readRegularFile, fileLimits } from '../../../foundation/files/read-file.ts';
import { ImportManifest } from '../../../contract/manifest.ts';
import { refuseLinks } from '../../../foundation/files/confinement.ts';
import { OnnxError } from '../../onnx/schema.ts';
import { embedExternalData, externalDataOf, type ExternalData } from '../../onnx/modernize.ts';

/** Logistic slope in units of 1 / threshold, where a manifest does not bring its own curve. */
const DEFAULT_SLOPE = 10;

const MOST_MANIFEST_BYTES = 1e6;

/**
 * Reads a manifest that a person wrote. `bytes` and `sha256` may be absent, `version` is "1",
 * license and source "not stated" and the probability curve centered on the verification threshold
 * where they are.
 *
 * @throws LikenessError manifest_invalid, whose message and `details.field` name the first wrong
 * field, as manifests have it, and never what the file says there; file_not_found, file_unreadable
 */
export async function readImportManifest(file: string): Promise<ImportManifest> {
  const bytes = await readRegularFile(file, 'text', MOST_MANIFEST_BYTES);
  const text = new TextDecoder().decode(bytes);
  const value = withDefaults(parseJson(file, text));
  const parsed = ImportManifest.safeParse(value, { reportInput: true });
  if (!parsed.success) throw invalidField(file, parsed.error.issues[0]!);
  const { role } = parsed.data.task;
  if (role === 'detector' || role === 'encoder') return parsed.data;
  throw invalid(file, 'task.role', `expected "detector" or "encoder", but it is "${role}"`);
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(file, '', 'it is no JSON');
  }
}

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function withDefaults(value: unknown): unknown {
  if (!isFields(value)) return value;
  const license = value['licence'] ?? 'not stated';
  const texts = { name: value['id'], version: '1', license, source: 'not stated' };
  return { ...texts, ...value, task: withProbability(value['task']) };
}

function withProbability(task: unknown): unknown {
  if (!isFields(task) || task['role'] !== 'encoder') return task;
  const { thresholds } = task;
  const midpoint = isFields(thresholds) ? thresholds['verification'] : undefined;
  if (typeof midpoint !== 'number' || midpoint <= 0) return task;
  return { probability: { midpoint, slope: DEFAULT_SLOPE / midpoint }, ...task };
}

function invalidField(file: string, issue: z.core.$ZodIssue): LikenessError {
  const field = knownPart(issue.path).join('.');
  if (issue.code === 'unrecognized_keys')
    return invalid(file, field, 'it has a field that manifests do not have');
  const value = given(issue);
  const but = value === undefined ? 'it is missing' : `it is ${kindOf(value)}`;
  return invalid(file, field, `${expectation(issue)}, but ${but}`);
}

/** A union whose tag is wrong is reported with the whole object; the tag is what matters. */
function given(issue: z.core.$ZodIssue): unknown {
  const tag = issue.code === 'invalid_union' ? issue.discriminator : undefined;
  return tag !== undefined && isFields(issue.input) ? issue.input[tag] : issue.input;
}

/** Below these the file itself chooses the names. */
function knownPart(way: readonly PropertyKey[]): readonly PropertyKey[] {
  const free = way.findIndex((part) => part === 'settings' || part === 'metrics');
  return free < 0 ? way : way.slice(0, free + 1);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'another list';
  return typeof value === 'object' ? 'another object' : `another ${typeof value}`;
}

/** "Invalid input: expected number, received string" → "expected number". */
function expectation({ message }: z.core.$ZodIssue): string {
  const expected = /expected .*?(?=, received|$)/i.exec(message)?.[0];
  return expected === undefined ? message : `e${expected.slice(1)}`;
}

export function invalid(file: string, field: string, problem: string): LikenessError {
  const where = field === '' ? '' : `field "${field}": `;
  return new LikenessError(
    'manifest_invalid',
    `The manifest ${file} is wrong: ${where}${problem}.`,
    {
      details: { file, field },
    },
  );
}

/**
 * An ONNX file as one piece: weights that lie in files beside it are taken in, so that what is
 * hashed and installed is all of the model, and nothing is looked for anywhere at a later time.
 *
 * @throws LikenessError file_empty, file_not_found, file_is_directory, file_unreadable (no regular
 * file), file_too_large (2 GB), model_corrupt (a Git LFS pointer, no ONNX file, weights that are
 * missing or lie outside the folder of the model)
 */
export async function readModelFile(file: string): Promise<Uint8Array> {
  const bytes = await readRegularFile(file, 'model');
  if (bytes.length === 0)
    throw new LikenessError('file_empty', `${file} is empty.`, { details: { file } });
  if (isLfsPointer(bytes))
    throw refused(
      file,
      'is only a Git LFS pointer: a few lines that stand for the model. ' +
        'Run "git lfs pull" in the clone that it comes from, or download the file itself',
    );
  const external = inFile(file, () => externalDataOf(bytes));
  if (external.length === 0) return bytes;
  const weights = await readWeights(file, external, bytes.length);
  return inFile(file, () => embedExternalData(bytes, (data) => part(file, data, weights)));
}

const isLfsPointer = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, 100)).toString('latin1').startsWith('version https://git-lfs.');

function inFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof OnnxError)) throw cause;
    throw refused(file, 'is cut off or damaged, or it is no ONNX file', cause);
  }
}

/** The files that the tensors lie in, by the names that the model calls them. */
async function readWeights(
  file: string,
  external: readonly ExternalData[],
  modelBytes: number,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const folder = await realpath(path.dirname(path.resolve(file)));
  const locations = [...new Set(external.map(({ location }) => location))];
  const weights = new Map<string, Uint8Array>();
  let left = fileLimits.model - modelBytes;
  for (const location of locations) {
    const place = await placeOf(file, folder, location);
    const bytes = await readRegularFile(place, 'model', left);
    left -= bytes.length;
    weights.set(location, bytes);
  }
  return weights;
}

/** A file of the folder or below it, also where a link stands for it. */
async function placeOf(file: string, folder: string, location: string): Promise<string> {
  const wanted = path.resolve(folder, location);
  const isWithin = (place: string) => place.startsWith(folder + path.sep);
  if (path.isAbsolute(location) || !isWithin(wanted)) throw outside(file, location);
  await refuseLinks(wanted);
  const place = await realpath(wanted).catch((cause: unknown) => {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT') throw toLikenessError(cause);
    throw refused(
      file,
      `needs the file ${location} beside it, which holds its weights and is not there. ` +
        'Put it into the same folder',
      cause,
    );
  });
  if (!isWithin(place)) throw outside(file, location);
  return place;
}

const outside = (file: string, location: string): LikenessError =>
  refused(
    file,
    `looks for its weights outside its own folder (${location}). ` +
      'That is not allowed: the file may be forged, or was exported wrongly',
  );

function part(
  file: string,
  { tensor, location, offset, length }: ExternalData,
  weights: ReadonlyMap<string, Uint8Array>,
): Uint8Array {
  const bytes = weights.get(location)!;
  const end = length === undefined ? bytes.length : offset + length;
  if (bytes.length > 0 && offset >= 0 && offset <= end && end <= bytes.length)
    return bytes.subarray(offset, end);
  throw refused(
    file,
    `expects ${end} bytes in ${location} (for ${tensor}), but there are ${bytes.length}: ` +
      'that file is cut off, or belongs to another model',
  );
}

const refused = (file: string, problem: string, cause?: unknown): LikenessError =>
  new LikenessError('model_corrupt', `${file} ${problem}.`, { details: { file }, cause });
