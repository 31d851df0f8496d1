import type { ImageSource, Point } from '../../../app/contract/values.ts';
import { api, type CommandOutput } from '../api.ts';
import { Work } from './work.svelte.ts';

export type Enrolled = CommandOutput<'enrolment.enrol'>;

export interface EnrolRequest {
  readonly name: string;
  readonly images: readonly ImageSource[];
  readonly severalFaces?: 'refuse' | 'largest';
  readonly at?: Point;
  readonly consent?: string | undefined;
}

/** Enrols somebody from pictures that are at hand. */
export class Enrolment {
  readonly work = new Work();

  /**
   * Undefined where it was stopped.
   *
   * @throws CallError such as `nothing_enrolled`, `several_faces`, `low_quality`
   */
  enrol({ name, images, severalFaces, at, consent }: EnrolRequest): Promise<Enrolled | undefined> {
    const note = consent?.trim();
    return this.work.run((options) =>
      api.call(
        'enrolment.enrol',
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
