import type { Separation } from '../../../contract/training-commands.ts';
import type { Comparisons } from '../../evaluation/comparisons.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { encodeExamples, type EncoderInput } from '../../training/chips/encode-examples.ts';
import type { Example } from '../../training/chips/example.ts';
import { compareEncodings, separationOf } from '../../training/validation.ts';

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
