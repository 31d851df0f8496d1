import type { ImageSource, Point } from '../../../contract/values.ts';
import { api, type CommandOutput } from '../api.ts';
import { Work } from './work.svelte.ts';

export type Enrolled = CommandOutput<'enrollment.enroll'>;

export interface EnrollRequest {
  readonly name: string;
  readonly images: readonly ImageSource[];
  readonly severalFaces?: 'refuse' | 'largest';
  readonly at?: Point;
  readonly consent?: string | undefined;
}

/** Enrolls somebody from pictures that are at hand. */
export class Enrollment {
  readonly work = new Work();

  /**
   * Undefined where it was stopped.
   *
   * @throws CallError such as `nothing_enrolled`, `several_faces`, `low_quality`
   */
  enroll({
    name,
    images,
    severalFaces,
    at,
    consent,
  }: EnrollRequest): Promise<Enrolled | undefined> {
    const note = consent?.trim();
    return this.work.run((options) =>
      api.call(
        'enrollment.enroll',
        {
          name,
          images: [...images],
          ...(severalFaces === undefined ? {} : { severalFaces }),
          ...(at === undefined ? {} : { at: [at[0], at[1]] }),
          ...(note === undefined || note === '' ? {} : { consent: note }),
        },
        options,
      ),
    );
  }
}
