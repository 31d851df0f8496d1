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
    retry: 'Try again',
    /** What is wrong with a camera, and what to do about it, wherever one is used. */
    trouble: {
      denied: {
        title: 'The camera is not allowed',
        text: 'Allow it for Likeness in the settings of the system or the browser. The picture stays on this machine.',
      },
      missing: {
        title: 'No camera found',
        text: 'Connect one, and it starts by itself. Photos work without a camera.',
      },
      busy: {
        title: 'The camera is in use',
        text: 'Close the program that uses it, and it starts by itself.',
      },
      lost: {
        title: 'The camera went away',
        text: 'It starts by itself as soon as it is back.',
      },
    },
  },
};
