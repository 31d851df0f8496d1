/** Sentences for codes whose own message is for programs; the others come with their own. */
export const errors = {
  internal: 'Something went wrong inside Likeness. Please try again.',
  disconnected: 'The connection to Likeness was lost. Please try again in a moment.',
  host_crashed: 'Recognition stopped unexpectedly and starts again. Please try again.',
  host_timeout: 'Likeness took too long to answer. Please try again.',
  no_face: 'No face was found in this picture.',
  several_faces: 'There are several faces in this picture, but one was expected.',
  disk_full: 'The disk is full. Free some space and try again.',
};
