import type { EncoderInfo, PackedRows } from '../../../contract/host.ts';
import { unpackRows } from '../../../foundation/vectors.ts';
import { calibrateOnPeople } from '../../evaluation/calibration/study.ts';
import { compareEncoders } from '../../evaluation/comparison-study.ts';
import { judgeProbability, measureRecognition } from '../../evaluation/recognition-study.ts';
import type { Evidence } from '../../evaluation/verifier.ts';
import type { Handlers, HostContext } from '../context.ts';

type EvaluationHandlers = Pick<
  Handlers,
  'measureRecognition' | 'calibrateIdentification' | 'compareEncoders'
>;

/** Studies of encodings that the recognition host has made: numbers alone, no network runs. */
export const evaluationHandlers = (
  evidenceOf: (host: HostContext, encoder: EncoderInfo) => Promise<Evidence>,
): EvaluationHandlers => ({
  measureRecognition: async (host, { encoder, encodings, people, comparisons }, context) => {
    const study = { encodings: unpackRows(encodings, people.length), people, comparisons };
    const figures = await measureRecognition(study, context);
    const evidence = await evidenceOf(host, encoder);
    const reliability = await judgeProbability(study, encoder, evidence, context);
    return { figures, reliability, warnings: reliability === null ? [] : evidence.warnings };
  },

  calibrateIdentification: (_, { encodings, ...study }, context) =>
    calibrateOnPeople({ ...study, encodings: complete(encodings, study.people) }, context),

  compareEncoders: (_, { encodings: [a, b], ...study }, context) =>
    compareEncoders(
      { ...study, encodings: [complete(a, study.people), complete(b, study.people)] },
      context,
    ),
});

/** Where every face has an encoding. */
const complete = (rows: PackedRows, people: readonly number[]): readonly Float32Array[] =>
  unpackRows(rows, people.length).filter((encoding) => encoding !== null);
