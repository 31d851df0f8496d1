const faces = (count: number) => (count === 1 ? '1 face' : `${count} faces`);

/** Pictures that cannot be taken over, wherever they are dropped. */
const refused = {
  notPicture: (file: string) =>
    `${file} is not a picture. Likeness reads JPEG, PNG, WebP, AVIF, TIFF and GIF.`,
  notPictures: (count: number) =>
    `${count} of these files are not pictures. Likeness reads JPEG, PNG, WebP, AVIF, TIFF and GIF.`,
};

export const photos = {
  title: 'Photos',
  subtitle: 'Who is in a photo?',
  drop: 'Choose photos',
  dropHint: 'or drop them here, or paste one',
  add: 'Add photos',
  recent: 'Looked at lately',
  forgotten: 'Kept until this window is closed. Nothing is saved.',
  tryOut: 'Try it with sample photos',
  sample: (index: number) => `Sample photo ${index}`,
  open: (name: string) => `Open ${name}`,
  waiting: 'Waiting …',
  looking: 'Looking for faces …',
  remove: 'Remove from this list',
  gone: 'This photo is not in the window any more.',
  goneHint: 'Photos are kept until the window is closed. Choose it again.',
  failed: 'This photo could not be read',
  faces: 'Faces in the photo',
  photo: (name: string) => `Photo ${name}`,
  photoKeys: 'Plus and minus zoom, 0 shows all, the arrow keys move the photo.',
  count: faces,
  known: (count: number) => `${count} known`,
  unknownCount: (count: number) => `${count} unknown`,
  summary: (names: readonly string[], unknown: number) =>
    [...names, ...(unknown === 0 ? [] : [`${unknown} unknown`])].join(', '),
  face: (index: number) => `face ${index}`,
  noFace: 'No face was found',
  noFaceHint: 'A face should be at least 30 pixels wide and look toward the camera.',
  unknown: 'Unknown',
  heard: (names: readonly string[], unknown: number) =>
    names.length + unknown === 0
      ? 'No face was found.'
      : `In the photo: ${[...names, ...(unknown === 0 ? [] : [`${unknown} unknown`])].join(', ')}.`,
  distance: (distance: string, threshold: string, name: string) =>
    `Distance ${distance} to ${name}; the same person up to ${threshold}`,
  same: 'Same',
  different: 'Different',
  details: 'Details',
  quality: 'Quality of the face',
  openPerson: (name: string) => `Open ${name}`,
  yes: (name: string) => `Yes, this is ${name}`,
  who: 'Who is this?',
  somebodyElse: 'Somebody else …',
  nameAll: (count: number): string => (count === 1 ? 'Name this face' : 'Name them'),
  select: 'Select',
  selectDone: 'Done',
  selected: (count: number) => (count === 0 ? 'Choose faces of one person' : `${count} selected`),
  allTheSame: 'These are all …',
  naming: {
    one: 'Who is this?',
    all: (count: number) => `Who is this, in ${faces(count)}?`,
    each: (index: number, total: number) => `Who is this? ${index} of ${total}`,
    preview: 'The face',
    near: 'Could be',
    everybody: 'Everybody, or a new name',
    consent: 'Consent (optional)',
    consentHint: 'How and when the person agreed. It is kept with the person.',
    skip: 'Skip',
    given: (name: string, count: number) =>
      count === 1 ? `The face is added to ${name}.` : `${faces(count)} are added to ${name}.`,
    anyway: 'Take it anyway',
    undone: (name: string) => `Taken back from ${name}.`,
  },
  /** Of photos that were used all the same. */
  notes: {
    photo_turned: (file: string, degrees: string) =>
      `${file} was turned by ${degrees}: no face in it stood upright.`,
    first_frame_used: (file: string, frames: string) =>
      `${file} has ${frames} pictures, as animations do; only the first was used.`,
    small_faces_missed: (file: string, pixels: string) =>
      `${file} is very large. Faces of less than ${pixels} pixels may be missed: cut out the part that matters.`,
    face_poor: (file: string, why: string) =>
      `The face in ${file} is too poor to be trusted. ${why}`.trim(),
    faces_poor: (file: string, count: string) =>
      `${count} faces in ${file} are too poor to be trusted.`,
  },
  zoom: {
    label: 'Zoom',
    in: 'Zoom in',
    out: 'Zoom out',
    fit: 'Show the whole photo',
  },
  facts: (device: string, seconds: string) => `${device}, ${seconds} s`,
  refused,
};
