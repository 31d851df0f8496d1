import type { PhotoNote, Quality } from '../../../contract/values.ts';
import { language } from './language.svelte.ts';

/** What would make a face better for recognition; undefined where nothing is wrong. */
export function advice({ flaws, measures }: Quality): string | undefined {
  const [worst] = flaws;
  return worst && language.words.quality[worst](measures);
}

/** What a person should know of a photo that was used all the same. */
export function sentenceOfNote(note: PhotoNote): string {
  const w = language.words.photos.notes;
  const file = note.file.split(/[\\/]/u).at(-1) ?? note.file;
  switch (note.code) {
    case 'photo_turned':
      return w.photo_turned(file, `${note.degrees}°`);
    case 'first_frame_used':
      return w.first_frame_used(file, language.number(note.frames));
    case 'small_faces_missed':
      return w.small_faces_missed(file, language.number(note.pixels));
    case 'face_poor':
      return note.faces.length === 1
        ? w.face_poor(file, advice(note.quality) ?? '')
        : w.faces_poor(file, language.number(note.faces.length));
  }
}
