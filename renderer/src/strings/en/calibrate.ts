export const calibrate = {
  title: 'Calibrate',
  subtitle: 'Set how sure Likeness must be before it says a name',
  measure: 'Measure on your own photos …',
  loading: 'Reading …',
  unread: 'The figures could not be read',
  empty: 'Nothing is known about this encoder yet',
  emptyText:
    'It came without figures. Measure it on your own photos, and Likeness shows how often a stranger would be named.',
  running: 'Measuring',
  runningPairs: 'Measuring the curves',
  of: (done: string, total: string) => `${done} of ${total}`,
  question: {
    title: 'How often may a stranger be named?',
    accept: 'Wrong names you accept',
    rate: (count: string) => `at most 1 in ${count} strangers`,
    strict: 'Fewer wrong names',
    loose: 'Fewer people missed',
    named: (count: number, text: string, of: string) =>
      count === 0
        ? `None of ${of} strangers would be named`
        : `About ${text} in ${of} strangers would be named`,
    between: (low: string, high: string, of: string) =>
      `Most likely between ${low} and ${high} in ${of}`,
    missed: (count: number, text: string, of: string) =>
      count === 0
        ? `None of ${of} known people would be missed`
        : `About ${text} in ${of} known people would be missed`,
    missedUnknown:
      'How many known people would be missed is unknown: nobody measured has a second photo.',
    forPeople: (count: number, text: string) =>
      count === 0
        ? 'Nobody is enrolled yet; these figures are for the first person.'
        : count === 1
          ? 'For the 1 person enrolled now.'
          : `For the ${text} people enrolled now.`,
    shipped: (_count: number, people: string) =>
      `Not measured here yet: these figures came with the encoder, from public photos of ${people} people. Yours may differ.`,
    ofGallery: (_count: number, people: string, day: string) =>
      `Measured on the ${people} people enrolled here, ${day}.`,
    ofFolder: (_count: number, people: string, day: string) =>
      `Measured on your photos of ${people} people, ${day}.`,
    tooFew: 'So few people cannot show how rare this is, so the range is wide.',
    morePeople:
      'More people are enrolled than were measured: expect at most this many wrong names.',
    morePhotos:
      'Your people have more photos each than those measured: expect at most this many wrong names.',
    alike: (pairs: string) => `One person under two names? ${pairs}`,
    apply: 'Apply',
    applied: 'Applied',
    inUse: 'In use',
    measure: 'Measure on your own photos …',
    now: (named: string, missed: string | undefined) =>
      `In use now is the encoder’s own setting: ${named}${missed === undefined ? '' : `, ${missed}`}.`,
    nowNamed: (count: number, text: string, of: string) =>
      count === 0 ? 'almost no stranger is named' : `about ${text} in ${of} strangers are named`,
    nowMissed: (_count: number, text: string, of: string) =>
      `about ${text} in ${of} known people are missed`,
  },
  details: {
    title: 'Details',
    threshold: 'Threshold',
    fpir: 'Strangers named (FPIR)',
    fnir: 'Known people missed (FNIR)',
    reset: 'Use the encoder’s own setting',
    resetDone: 'The encoder’s own setting is in use.',
    sizes: 'With other numbers of people',
    people: 'People enrolled',
    others: 'On other people, 95 %',
    oneGallery: 'One gallery, 95 %',
    weak: 'Some of these sizes are beyond what so few people can show: their thresholds are extrapolated, or not above that of the encoder.',
    growthLabel: 'How the threshold falls as more people are enrolled, with its 95 % band',
    curveLabel: (people: string) =>
      `Strangers named over the threshold with ${people} people enrolled, with its 95 % band`,
    low: 'Lower end',
    high: 'Upper end',
    pairs: 'One photo against one other',
    pairsText:
      'Pairs of photos, not searches: among many people, there are many chances for one wrong pair. The figures above already count that.',
    pairsNone: 'Measure a folder or a list of pairs to see these curves.',
  },
  dialog: {
    title: 'Measure on your own photos',
    text: 'Photos are read where they are; only numbers are kept.',
    whose: 'Whose photos',
    gallery: 'The people enrolled here',
    ofFolder: 'A folder with photos of many people',
    pairs: 'A list of pairs',
    hints: {
      gallery: 'The best choice: these are the people and the cameras that count.',
      folder: 'One subfolder per person, at least 10 people; two photos each or more are best.',
      pairs: 'For the curves under Details only.',
    },
    fewPeople: (count: number, text: string) =>
      count === 1
        ? 'It takes at least 10 people; 1 is enrolled.'
        : `It takes at least 10 people; ${text} are enrolled.`,
    folder: 'Folder with photos',
    folderHint: 'One subfolder per person',
    pairsFile: 'List of pairs',
    pairsHint: 'In the format of Labeled Faces in the Wild',
    begin: 'Measure',
    done: 'Measured. Look at the result, then apply it.',
    stopped: 'Stopped. The former measurement stays.',
  },
  measured: (photos: string, pairs: string) => `${photos} photos, ${pairs} comparisons`,
  ofFolder: (folder: string, when: string) => `${folder}, ${when}`,
  failures: (count: number, text: string) =>
    count === 1
      ? '1 photo had no face; it counts as an error.'
      : `${text} photos had no face; they count as errors.`,
  charts: 'Curves',
  tabs: { det: 'DET', roc: 'ROC', distances: 'Distances', searches: 'Searches' },
  faultless: 'No error happened: so few people cannot show how rare errors are.',
  detLabel:
    'Detection error trade-off: the share of same people kept apart against the share of different people taken for the same',
  rocLabel:
    'Receiver operating characteristic: the share of same people found against the share of different people taken for the same',
  distancesLabel: 'How far apart the faces of the same and of different people are',
  searchesLabel: (people: string) =>
    `Errors of searches among ${people} people: the share of enrolled people missed against the share of strangers taken for somebody`,
  fmrAxis: 'Different people taken for the same (FMR)',
  fnmrAxis: 'Same people kept apart (FNMR)',
  tmrAxis: 'Same people found',
  distanceAxis: 'Distance',
  fpirAxis: 'Strangers taken for somebody (FPIR)',
  fnirAxis: 'Enrolled people missed (FNIR)',
  sharesHint: 'Each color is drawn to its own scale.',
  mated: 'Same person',
  nonMated: 'Different people',
  thresholdMark: (value: string) => `Threshold ${value}`,
  chosen: 'Your choice',
  eer: 'Equal error rate',
  eerHint: 'where both errors are alike',
  accuracy: 'Accuracy',
  accuracyHint: (error: string) => `± ${error}, ten folds`,
  tar: (far: string) => `Found at FMR ${far}`,
  speed: 'Faces a second',
};
