const photos = (count: number) => (count === 1 ? '1 photo' : `${count} photos`);

export const people = {
  title: 'People',
  count: (count: number) => (count === 1 ? '1 person' : `${count} people`),
  photos,
  search: 'Search',
  noneFound: (query: string) => `Nobody is called “${query}”`,
  add: 'Add a person',
  empty: {
    title: 'Nobody is enrolled yet',
    text: 'A few pictures of a person are enough. They stay on this machine, and can be deleted at any time.',
  },
  open: (name: string) => `Open ${name}`,
  /** Choosing one of many, wherever that is asked. */
  picker: {
    search: 'Find a person',
    list: 'People',
    none: (query: string) => `Nobody is called “${query}”.`,
    more: (count: number) =>
      count === 1 ? '1 more. Type a few letters.' : `${count} more. Type a few letters.`,
    create: (name: string) => `New person: ${name}`,
  },
  portraitOf: (name: string) => `Portrait of ${name}`,
  photoList: 'Photos',
  enrolledOn: 'Enrolled',
  lastSeen: 'Last seen by a camera',
  neverSeen: 'Not noted',
  bestPhoto: 'Best photo',
  consent: {
    title: 'Consent',
    none: 'Nothing is noted.',
    add: 'Note consent',
    note: 'How and when the person agreed',
  },
  photo: {
    label: (index: number, file: string | undefined) => file ?? `Photo ${index}`,
    quality: 'Quality',
    verdict: (score: number): string | undefined =>
      score >= 0.5
        ? undefined
        : score >= 0.2
          ? 'Usable; a sharper one helps.'
          : 'Poor: small, blurred or turned.',
    not: 'Not this person',
    notThisPerson: (photo: string) => `Not this person: ${photo}`,
    choose: (photo: string) => `Choose ${photo}`,
    removeTitle: 'Remove this photo?',
    removeText: (name: string) =>
      `Likeness forgets this photo of ${name}. The original file stays.`,
    removeLast: (name: string) =>
      `This is the only photo of ${name}. Without one, ${name} cannot be recognised. The original file stays.`,
    remove: 'Remove photo',
    removed: 'The photo is forgotten.',
  },
  rename: {
    title: 'Rename',
    save: 'Rename',
    done: (name: string) => `The name is ${name} now.`,
  },
  merge: {
    title: 'Merge with …',
    into: 'Merge into',
    text: (name: string) => `All photos of ${name} go to the person you choose.`,
    save: (name: string) => `Merge into ${name}`,
    done: (from: string, into: string) => `${from} is now part of ${into}.`,
  },
  split: {
    title: 'Split',
    pick: (count: number) =>
      count === 0 ? 'Choose the photos that show somebody else.' : `${photos(count)} chosen`,
    next: 'Split off',
    text: (count: number, name: string) => `${photos(count)} of ${name} go to a new person.`,
    save: 'Split off',
    done: (name: string) => `${name} has their own page now.`,
  },
  deletion: {
    title: 'Delete',
    ask: (name: string) => `Delete ${name}?`,
    text: 'Everything kept of this person is deleted: photos, portraits, consent, activity and attendance. This cannot be undone.',
    confirm: 'Delete for good',
    doneTitle: (name: string) => `${name} is deleted`,
    receipt: 'Receipt: what was deleted',
    templates: 'Photos (templates)',
    portraits: 'Portraits',
    consents: 'Notes of consent',
    activity: 'Entries of activity',
    attendance: 'Entries of attendance',
    scrubbed: 'No byte of it is left in the database.',
    notScrubbed:
      'It is deleted; the last traces in the database file go when no other program reads it.',
  },
  adding: {
    title: 'Add a person',
    more: (name: string) => `Add photos of ${name}`,
    morePhotos: 'Add photos',
    name: 'Name',
    choose: 'Choose photos',
    chooseHint: 'or drop them here, or paste',
    chosen: 'Chosen photos',
    leaveOut: (file: string) => `Leave out ${file}`,
    largest: 'Take the largest face',
    largestHint: 'Otherwise photos with several faces are refused.',
    camera: 'Use the camera',
    save: 'Enrol',
    done: (name: string, count: number) => `${name}: ${photos(count)} enrolled.`,
    partly: (enrolled: number, refused: number) =>
      `${photos(enrolled)} enrolled, ${refused} refused:`,
  },
  import: {
    title: 'Import a folder',
    subtitle: 'Many people at once',
    how: 'Choose a folder that holds one folder per person. The name of that folder becomes the name of the person.',
    example: 'Photos/\n  Ada Lovelace/  1.jpg  2.jpg\n  Alan Turing/   portrait.png',
    choose: 'Choose a folder',
    path: 'Or give its path',
    pathHint: 'On the machine where Likeness runs.',
    start: 'Import',
    progress: 'Progress of the import',
    reading: 'Reading the folder …',
    of: (done: number, total: number) => `${done} of ${total}`,
    enrolled: 'Enrolled',
    known: 'Known before',
    refused: 'Refused',
    refusals: 'Refused photos',
    refusalsHint: 'The originals are untouched.',
    astray:
      'It lies beside the folders of the people. Move it into the folder of the person it shows.',
    summary: (enrolled: number, refused: number) => `${enrolled} enrolled, ${refused} refused.`,
    over: {
      done: 'The import is done.',
      stopped: 'The import was stopped.',
      failed: 'The import could not go on.',
    },
    goesOn: 'What is enrolled stays. Import the same folder again to go on where it was.',
    toPeople: 'Show people',
    another: 'Another folder',
  },
};
