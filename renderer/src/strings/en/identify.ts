export const identify = {
  title: 'Identify',
  subtitle: 'Who is in a photo?',
  drop: 'Choose a photo',
  dropHint: 'or drop one here, or paste it',
  another: 'Another photo',
  faces: 'Faces in the photo',
  photo: (name: string) => `Photo ${name}`,
  count: (count: number) => (count === 1 ? '1 face' : `${count} faces`),
  face: (index: number) => `Face ${index}`,
  noFace:
    'No face was found. A face should be at least 30 pixels wide and look towards the camera.',
  unknown: 'Unknown',
  heard: (names: readonly string[]) =>
    names.length === 0 ? 'No face was found.' : `In the photo: ${names.join(', ')}.`,
  distance: (distance: string, threshold: string, name: string) =>
    `Distance ${distance} to ${name}; the same person up to ${threshold}`,
  same: 'Same',
  different: 'Different',
  quality: 'Quality of the face',
  others: 'Less likely',
  nearest: 'Nearest, but not near enough',
  openPerson: (name: string) => `Open ${name}`,
  enrolTitle: 'Enrol this face',
  facts: (device: string, seconds: string) => `${device}, ${seconds} s`,
  samples: 'Sample photos',
  sample: (index: number) => `Sample ${index}`,
};
