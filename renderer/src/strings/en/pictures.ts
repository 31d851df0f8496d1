/** Choosing a picture, wherever one is expected. */
export const pictures = {
  choose: 'Choose a picture',
  hint: 'or drop or paste it here',
  another: 'Another picture',
  fromCamera: 'Use the camera',
  remove: 'Remove',
  camera: {
    title: 'Take a picture',
    take: 'Take picture',
    starting: 'The camera starts …',
    live: 'What the camera sees',
    denied: 'The camera may not be used. Allow it for Likeness in the settings of the system.',
    missing: 'No camera was found. Plug one in, or choose a picture instead.',
    busy: 'The camera is used by another program. Close that program and try again.',
  },
};
