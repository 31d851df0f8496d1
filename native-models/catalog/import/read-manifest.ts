import type { z } from 'zod';
import { LikenessError } from '../../../contract/errors.ts';
import { readRegularFile } from '../../../foundation/files/read-file.ts';
import { ImportManifest } from '../../../contract/manifest.ts';

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
