import type { AdoptionObstacle } from '../../../../contract/models.ts';

const people = (count: number) => (count === 1 ? '1 person' : `${count} people`);
const photos = (count: number) => (count === 1 ? '1 photo' : `${count} photos`);

const obstacles: Readonly<Record<AdoptionObstacle, string>> = {
  'original-missing': 'No portrait was kept, and the original is not where it was.',
  'original-ambiguous': 'No portrait was kept, and the original shows several faces or none.',
  'portrait-faceless': 'No face was found in the portrait that was kept.',
};

/** Another encoder takes the place of the one in use. */
export const adoption = {
  title: 'Use another encoder?',
  text: (name: string) =>
    `${name} reads faces in its own way, so everyone with a kept photo is read again.`,
  trying: 'Trying it on the kept photos',
  tryingHint: 'Nothing is changed yet.',
  working: 'Reading everyone again',
  workingHint:
    'The current encoder stays in use until everything is done. If you stop, nothing has changed.',
  of: (done: string, total: string, left: string | undefined) =>
    left === undefined ? `${done} of ${total}` : `${done} of ${total}, ${left} left`,
  stopped: 'Stopped. Nothing has changed.',
  nobody: 'Nobody is enrolled, so nobody has to be read again.',
  stay: (count: number) => (count === 1 ? '1 person stays known' : `${people(count)} stay known`),
  again: (count: number) => `${people(count)} must be enrolled again`,
  againHint: 'Until then, the new encoder takes them for strangers.',
  encoded: (count: number, all: number) => `${count} of ${photos(all)}`,
  present: (count: number) => `${count} known before`,
  fromOriginals: (count: number) => `${count} from the original`,
  fromPortraits: (count: number) => `${count} from the kept portrait`,
  obstacles,
  undoable: (name: string) => `${name} can be brought back afterwards.`,
  change: 'Change the encoder',
  keep: 'Keep the current one',
  failed: 'The encoder was not changed',
  doneTitle: 'The encoder was changed',
  done: (name: string, added: number) =>
    added === 0
      ? `${name} is in use. No photo had to be read again.`
      : `${name} is in use. ${photos(added)} read again.`,
  undo: 'Undo …',
  undoTitle: 'Bring the former encoder back?',
  undoReading: 'Looking at what that changes',
  undoText: (name: string) =>
    `${name} would be in use again. Nothing is deleted: what each encoder knows is kept.`,
  undoUnknown: (count: number) => `${people(count)} would be unknown`,
  undoSince: (count: number) => `${photos(count)} enrolled since`,
  bringBack: 'Bring it back',
  undone: (name: string) => `${name} is in use again`,
  former: 'The encoder before',
  formerText: (name: string) => `${name} was in use until the last change.`,
  strangers: (count: number) =>
    `The encoder in use does not know ${count === 1 ? '1 enrolled person' : `${count} enrolled people`}`,
  strangersText: (names: readonly string[], more: number) =>
    `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}: enrolled with another encoder.`,
  strangersAct: 'Read again …',
  offer: {
    title: 'A better encoder is available',
    gain: (people: string, now: string, then: string, of: string) =>
      `With ${people} people enrolled, it misses about ${then} in ${of} of them instead of ${now}, and names a stranger as rarely as now.`,
    gainUnknown: 'It tells people apart better than the one in use.',
    fetch: (size: string) =>
      `${size} are fetched once from the internet and checked; nothing of yours is sent.`,
    here: 'It is already on this machine.',
    people: 'Everyone enrolled stays known where a photo was kept, and you can go back.',
    accept: 'Get it and switch',
    switch: 'Switch to it',
    later: 'Not now',
    fetching: (name: string) => `Fetching ${name}`,
    failedTitle: 'The encoder could not be fetched',
    again: 'Try again',
  },
};
