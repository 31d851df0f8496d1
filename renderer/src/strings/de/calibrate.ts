import type { Strings } from '../en.ts';

export const calibrate: Strings['calibrate'] = {
  title: 'Kalibrieren',
  subtitle: 'Wie sicher Likeness sein muss, bevor es einen Namen nennt',
  measure: 'Mit eigenen Fotos messen …',
  loading: 'Wird gelesen …',
  unread: 'Die Zahlen konnten nicht gelesen werden',
  empty: 'Über diesen Encoder ist noch nichts bekannt',
  emptyText:
    'Er kam ohne Messwerte. Messen Sie ihn mit eigenen Fotos, dann zeigt Likeness, wie oft ein Fremder benannt würde.',
  running: 'Wird gemessen',
  runningPairs: 'Die Kurven werden gemessen',
  of: (done, total) => `${done} von ${total}`,
  question: {
    title: 'Wie oft darf ein Fremder benannt werden?',
    accept: 'Falsche Namen, die Sie hinnehmen',
    rate: (count) => `höchstens 1 von ${count} Fremden`,
    strict: 'Weniger falsche Namen',
    loose: 'Weniger Übersehene',
    named: (count, text, of) =>
      count === 0
        ? `Keiner von ${of} Fremden würde benannt`
        : count === 1
          ? `Etwa 1 von ${of} Fremden würde benannt`
          : `Etwa ${text} von ${of} Fremden würden benannt`,
    between: (low, high, of) => `Sehr wahrscheinlich zwischen ${low} und ${high} von ${of}`,
    missed: (count, text, of) =>
      count === 0
        ? `Keiner von ${of} Bekannten würde übersehen`
        : count === 1
          ? `Etwa 1 von ${of} Bekannten würde übersehen`
          : `Etwa ${text} von ${of} Bekannten würden übersehen`,
    missedUnknown:
      'Wie viele Bekannte übersehen würden, ist unbekannt: niemand der Gemessenen hat ein zweites Foto.',
    forPeople: (count, text) =>
      count === 0
        ? 'Noch ist niemand aufgenommen; die Zahlen gelten für die erste Person.'
        : count === 1
          ? 'Für die 1 Person, die jetzt aufgenommen ist.'
          : `Für die ${text} Personen, die jetzt aufgenommen sind.`,
    shipped: (_count, people) =>
      `Hier noch nicht gemessen: Diese Zahlen kamen mit dem Encoder, von öffentlichen Fotos von ${people} Personen. Bei Ihnen kann es anders sein.`,
    ofGallery: (_count, people, day) =>
      `Gemessen an den ${people} hier aufgenommenen Personen, ${day}.`,
    ofFolder: (_count, people, day) => `Gemessen an Ihren Fotos von ${people} Personen, ${day}.`,
    tooFew: 'So wenige Personen zeigen nicht, wie selten das ist; der Bereich ist darum weit.',
    morePeople:
      'Es sind mehr Personen aufgenommen, als gemessen wurden: Es sind höchstens so viele falsche Namen zu erwarten.',
    morePhotos:
      'Ihre Personen haben je mehr Fotos als die gemessenen: Es sind höchstens so viele falsche Namen zu erwarten.',
    alike: (pairs) => `Eine Person unter zwei Namen? ${pairs}`,
    apply: 'Anwenden',
    applied: 'Angewendet',
    inUse: 'In Gebrauch',
    measure: 'Mit eigenen Fotos messen …',
    now: (named, missed) =>
      `Jetzt gilt die Einstellung des Encoders: ${named}${missed === undefined ? '' : `, ${missed}`}.`,
    nowNamed: (count, text, of) =>
      count === 0
        ? 'fast kein Fremder wird benannt'
        : count === 1
          ? `etwa 1 von ${of} Fremden wird benannt`
          : `etwa ${text} von ${of} Fremden werden benannt`,
    nowMissed: (count, text, of) =>
      count === 1
        ? `etwa 1 von ${of} Bekannten wird übersehen`
        : `etwa ${text} von ${of} Bekannten werden übersehen`,
  },
  details: {
    title: 'Einzelheiten',
    threshold: 'Schwelle',
    fpir: 'Benannte Fremde (FPIR)',
    fnir: 'Übersehene Bekannte (FNIR)',
    reset: 'Einstellung des Encoders verwenden',
    resetDone: 'Die Einstellung des Encoders gilt.',
    sizes: 'Bei anderen Zahlen von Personen',
    people: 'Aufgenommene Personen',
    others: 'Bei anderen Personen, 95 %',
    oneGallery: 'Eine Galerie, 95 %',
    weak: 'Einige dieser Größen sind jenseits dessen, was so wenige Personen zeigen können: Ihre Schwellen sind hochgerechnet oder nicht über der des Encoders.',
    growthLabel: 'Wie die Schwelle mit mehr aufgenommenen Personen fällt, mit ihrem 95-%-Band',
    curveLabel: (people) =>
      `Benannte Fremde über der Schwelle bei ${people} aufgenommenen Personen, mit 95-%-Band`,
    low: 'Unteres Ende',
    high: 'Oberes Ende',
    pairs: 'Ein Foto gegen ein anderes',
    pairsText:
      'Paare von Fotos, keine Suchen: Unter vielen Personen gibt es viele Gelegenheiten für ein falsches Paar. Die Zahlen oben rechnen das schon ein.',
    pairsNone: 'Messen Sie einen Ordner oder eine Liste von Paaren, um diese Kurven zu sehen.',
  },
  dialog: {
    title: 'Mit eigenen Fotos messen',
    text: 'Fotos werden gelesen, wo sie sind; nur Zahlen bleiben.',
    whose: 'Wessen Fotos',
    gallery: 'Die hier aufgenommenen Personen',
    ofFolder: 'Ein Ordner mit Fotos vieler Personen',
    pairs: 'Eine Liste von Paaren',
    hints: {
      gallery: 'Die beste Wahl: Auf diese Personen und Kameras kommt es an.',
      folder:
        'Ein Unterordner je Person, mindestens 10 Personen; am besten mit zwei Fotos oder mehr.',
      pairs: 'Nur für die Kurven unter „Einzelheiten“.',
    },
    fewPeople: (count, text) =>
      count === 1
        ? 'Es braucht mindestens 10 Personen; 1 ist aufgenommen.'
        : `Es braucht mindestens 10 Personen; ${text} sind aufgenommen.`,
    folder: 'Ordner mit Fotos',
    folderHint: 'Ein Unterordner je Person',
    pairsFile: 'Liste von Paaren',
    pairsHint: 'Im Format von Labeled Faces in the Wild',
    begin: 'Messen',
    done: 'Gemessen. Sehen Sie das Ergebnis an und wenden Sie es an.',
    stopped: 'Angehalten. Die frühere Messung bleibt.',
  },
  measured: (photos, pairs) => `${photos} Fotos, ${pairs} Vergleiche`,
  ofFolder: (folder, when) => `${folder}, ${when}`,
  failures: (count, text) =>
    count === 1
      ? '1 Foto hatte kein Gesicht; es zählt als Fehler.'
      : `${text} Fotos hatten kein Gesicht; sie zählen als Fehler.`,
  charts: 'Kurven',
  tabs: { det: 'DET', roc: 'ROC', distances: 'Abstände', searches: 'Suchen' },
  faultless:
    'Kein Fehler ist aufgetreten: so wenige Personen zeigen nicht, wie selten Fehler sind.',
  detLabel:
    'Fehlerabwägung: der Anteil getrennter gleicher Personen gegen den Anteil verwechselter verschiedener',
  rocLabel:
    'Grenzwertoptimierung: der Anteil gefundener gleicher Personen gegen den Anteil verwechselter verschiedener',
  distancesLabel: 'Wie weit Gesichter gleicher und verschiedener Personen auseinander liegen',
  searchesLabel: (people) =>
    `Fehler bei Suchen unter ${people} Personen: der Anteil übersehener Personen gegen den Anteil verwechselter Fremder`,
  fmrAxis: 'Verschiedene für gleich gehalten (FMR)',
  fnmrAxis: 'Gleiche getrennt (FNMR)',
  tmrAxis: 'Gleiche gefunden',
  distanceAxis: 'Abstand',
  fpirAxis: 'Fremde für jemanden gehalten (FPIR)',
  fnirAxis: 'Aufgenommene übersehen (FNIR)',
  sharesHint: 'Jede Farbe hat ihren eigenen Maßstab.',
  mated: 'Dieselbe Person',
  nonMated: 'Verschiedene Personen',
  thresholdMark: (value) => `Schwelle ${value}`,
  chosen: 'Ihre Wahl',
  eer: 'Gleichfehlerrate',
  eerHint: 'wo beide Fehler gleich sind',
  accuracy: 'Genauigkeit',
  accuracyHint: (error) => `± ${error}, zehn Teile`,
  tar: (far) => `Gefunden bei FMR ${far}`,
  speed: 'Gesichter je Sekunde',
};
