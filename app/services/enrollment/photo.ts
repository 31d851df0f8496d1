import type { LikenessError } from '../../../contract/errors.ts';
import type { ImageSource, PhotoNote, Point } from '../../../contract/values.ts';
import type { ConsentRecord } from '../../../db/store.ts';
import type { SeveralFaces } from '../analysis.ts';

/** A photo and whose it is said to be. */
export interface PhotoToEnroll {
  readonly name: string;
  readonly image: ImageSource;
  /** How progress calls it, e.g. "anna/1.jpg". */
  readonly label: string;
  readonly severalFaces: SeveralFaces;
  /** The face at this point of the upright picture is meant. */
  readonly at?: Point | undefined;
  /** A face that the gate would refuse is enrolled all the same: somebody has looked at it. */
  readonly acceptLowQuality?: boolean;
  /** `refuse` where nobody pointed at this very file: what Likeness painted is no photo. */
  readonly paintings?: 'refuse';
  readonly consent?: ConsentRecord | undefined;
}

export interface Owner {
  readonly id: number;
  readonly name: string;
}

/** What became of a photo; durable by the time it is said. */
export type PhotoOutcome =
  | {
      readonly kind: 'enrolled';
      readonly photo: PhotoToEnroll;
      readonly person: Owner;
      readonly warnings: readonly string[];
      readonly notes: readonly PhotoNote[];
    }
  /** It is enrolled for this person already. */
  | { readonly kind: 'known'; readonly photo: PhotoToEnroll; readonly person: Owner }
  | { readonly kind: 'refused'; readonly photo: PhotoToEnroll; readonly error: LikenessError };
