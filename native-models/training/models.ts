import { LikenessError } from '../../contract/errors.ts';
import type { ManifestOf } from '../../contract/manifest.ts';
import { encodeExamples, type EncoderInput, type Example } from './chips.ts';
import type { Engine } from '../catalog/engine.ts';
import { partOf, compareEncodings, separationOf, type Part, type Shares } from './validation.ts';
import type { Comparisons } from '../evaluation/pairs.ts';
import { pointAtFar } from '../evaluation/rates.ts';
import { fitProbability } from '../evaluation/probability.ts';
import type { Separation } from '../../contract/training.ts';
import type { Graph } from '../graph/graph.ts';
import type { Runtime } from '../runtime/runtime.ts';

export type Encoder = ManifestOf<'encoder'>;

/** Throws `invalid_input` where the model has another role, and what the catalog throws. */
export async function loadEncoder(
  { catalog }: Engine,
  id: string,
): Promise<{ readonly manifest: Encoder; readonly bytes: Uint8Array }> {
  const { manifest, bytes } = await catalog.load(id);
  if (manifest.task.role === 'encoder') return { manifest: manifest as Encoder, bytes };
  throw new LikenessError(
    'invalid_input',
    `The model ${id} is of the role ${manifest.task.role}; an encoder of faces is needed here.`,
    { details: { model: id, role: manifest.task.role } },
  );
}

/** A new model never replaces one that people may be enrolled with. */
export async function refuseTakenName({ catalog }: Engine, id: string): Promise<void> {
  const taken = (await catalog.list()).some((model) => model.id === id);
  if (!taken) return;
  throw new LikenessError(
    'invalid_input',
    `There is a model ${id} already. Give the new one another name.`,
    { details: { fields: [{ field: 'id', message: 'is taken' }] } },
  );
}

export const inputOf = ({ input }: Encoder): EncoderInput => ({ ...input, side: input.width });

export type Parts = Readonly<Record<Part, readonly Example[]>>;

/**
 * Whoever has more photos than all others together; null for nobody. Measured on one person's photos
 * alone, a training would say nothing, and without them it would learn nothing.
 */
export function personOfMost(photos: readonly { readonly person: string | null }[]): string | null {
  const labeled = photos.filter(({ person }) => person !== null);
  for (const [person, own] of Map.groupBy(labeled, (photo) => photo.person))
    if (own.length * 2 > labeled.length) return person;
  return null;
}

/** Photos without a label train: nobody can tell whether two of them show one person. */
export function split(
  examples: readonly Example[],
  payload: Shares & { readonly seed: number },
): Parts {
  const parts: Record<Part, Example[]> = { training: [], validation: [], test: [] };
  const prevailing = personOfMost(examples);
  for (const example of examples) {
    const { person } = example;
    parts[
      person === null || person === prevailing ? 'training' : partOf(person, payload.seed, payload)
    ].push(example);
  }
  return parts;
}

/**
 * Thresholds and probability of a trained encoder, measured on people who took no part: one of 1,000
 * strangers passes verification, one of 10,000 identification. Empty where they cannot be told.
 */
export function decisionsOf(comparisons: Comparisons | null): Partial<Encoder['task']> {
  if (comparisons === null) return {};
  const thresholdAt = (far: number) => pointAtFar(comparisons, far).threshold;
  const [verification, identification] = [thresholdAt(0.001), thresholdAt(0.0001)];
  if (identification <= 0) return {};
  return {
    thresholds: { verification, identification },
    probability: fitProbability(comparisons),
  };
}

export interface MeasuredApart {
  readonly test: Record<'former' | 'trained' | 'teacher', Separation | null>;
  /** Of the trained encoder; thresholds come from them. */
  readonly comparisons: Comparisons | null;
}

/** The former encoder, the trained one and the teacher on the same faces of people apart. */
export async function measureApart(
  runtime: Runtime,
  models: { readonly encoder: Graph; readonly student: Graph; readonly input: EncoderInput },
  apart: readonly Example[],
): Promise<MeasuredApart> {
  const people = apart.map(({ person }) => person!);
  const { encoder, student, input } = models;
  const compare = (encodings: readonly Float32Array[]) => compareEncodings(encodings, people);
  const former = compare(await encodeExamples(runtime, encoder, input, apart));
  const trained = compare(await encodeExamples(runtime, student, input, apart));
  const teacher = compare(apart.map(({ target }) => target));
  return {
    test: { former: summary(former), trained: summary(trained), teacher: summary(teacher) },
    comparisons: trained,
  };
}

function summary(comparisons: Comparisons | null): Separation | null {
  if (comparisons === null) return null;
  const separation = separationOf(comparisons);
  return { ...separation, tar: [...separation.tar] };
}
