import type { ImageSource } from '../../../contract/values.ts';
import { api } from '../api.ts';
import { language } from './language.svelte.ts';
import { toasts } from './toasts.svelte.ts';

export interface MixUp {
  readonly person: { readonly id: number; readonly name: string };
  readonly image: ImageSource;
  /** A point of the face, in pixels of the upright picture. */
  readonly at: [number, number];
  /** Once it is noted, or taken back. */
  readonly after?: (() => Promise<void>) | undefined;
}

/** Says that a face is not the person it was taken for, and offers to take that back. */
export async function reportMixUp({ person, image, at, after }: MixUp): Promise<void> {
  const w = language.words.mixUp;
  const { id, name } = person;
  try {
    const { example, warnings } = await api.call('people.reject', { person: id, image, at });
    toasts.good(w.rejected(name), {
      detail: warnings.length > 0 ? w.contradiction(name) : undefined,
      action: { label: w.takeBack, run: () => void takeBack({ person, after }, example) },
    });
    await after?.();
  } catch (error) {
    toasts.failed(error);
  }
}

async function takeBack(
  { person, after }: Pick<MixUp, 'person' | 'after'>,
  example: number,
): Promise<void> {
  try {
    await api.call('people.unreject', { person: person.id, example });
    toasts.good(language.words.mixUp.takenBack(person.name));
    await after?.();
  } catch (error) {
    toasts.failed(error);
  }
}
