import type { ErrorCode } from '../../../../contract/errors.ts';

/** Of an error: `file` is the last part of a path. */
export type Facts = Readonly<Record<string, unknown>> & { readonly file?: string };

export type Sentence = string | ((facts: Facts) => string);

/**
 * Sentences for codes whose own message is for programs; the others come with their own, in English.
 * Another language says them all.
 */
export const errors: Readonly<Partial<Record<ErrorCode | 'disconnected', Sentence>>> = {
  internal: 'Something went wrong inside Likeness. Please try again.',
  disconnected: 'The connection to Likeness was lost. Please try again in a moment.',
  host_crashed: 'Recognition stopped unexpectedly and starts again. Please try again.',
  host_timeout: 'Likeness took too long to answer. Please try again.',
  no_face:
    'No face was found in this picture. Use one that shows the face upright, larger and well lit.',
  several_faces: 'There are several faces in this picture, but one was expected.',
  download_failed:
    'The download failed. Check the connection and try again; it continues where it stopped.',
  proof_wrong: 'This is not the code, or it has expired.',
  disk_full: 'The disk is full. Free some space and try again.',
};
