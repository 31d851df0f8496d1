import encoderLikeness from './encoder-likeness.json' with { type: 'json' };
import { VerifierFile } from './verifier-file.ts';

/** The verifiers that ship, as `likeness train verifier` wrote them. */
export const builtInVerifiers = (): readonly VerifierFile[] =>
  [encoderLikeness].map((file) => VerifierFile.parse(file));
