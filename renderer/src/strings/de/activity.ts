import type { Strings } from '../en.ts';

const counted =
  (one: string, other: string) =>
  (count: number, text: string): string =>
    `${text} ${count === 1 ? one : other}`;

export const activity: Strings['activity'] = {
  title: 'Aktivität',
  subtitle: 'Was auf diesem Rechner getan wurde. Fotos stehen nicht darin.',
  views: 'Ansichten',
  tabs: { log: 'Alles', attendance: 'Anwesenheit' },
  kind: 'Art',
  allKinds: 'Alles',
  person: 'Person',
  everyone: 'Alle',
  csv: 'Als CSV sichern',
  saved: (rows) => (rows === 1 ? 'Eine Zeile wurde gesichert' : `${rows} Zeilen wurden gesichert`),
  list: 'Aktivität, das Neueste zuerst',
  loading: 'Wird gelesen …',
  empty: 'Noch nichts',
  emptyText:
    'Hier stehen einmal Aufnahmen von Personen, Importe, Gemälde, Exporte und geänderte Einstellungen.',
  emptyFiltered: 'Nichts passt zu dieser Auswahl',
  emptyFilteredText: 'Wählen Sie eine andere Art oder Person.',
  clear: 'Alles zeigen',
  kinds: {
    enrolled: 'Aufgenommen',
    imported: 'Ordner importiert',
    identified: 'Erkannt',
    verified: 'Zwei Bilder verglichen',
    renamed: 'Umbenannt',
    merged: 'Zusammengeführt',
    split: 'Aufgeteilt',
    'template-removed': 'Foto entfernt',
    deleted: 'Person gelöscht',
    painted: 'Gemalt',
    exported: 'Exportiert',
    'settings-changed': 'Einstellungen geändert',
    'key-created': 'Zugangsschlüssel angelegt',
    'key-revoked': 'Zugangsschlüssel widerrufen',
    backup: 'Sicherung angelegt',
    restored: 'Sicherung eingespielt',
    calibrated: 'Kalibriert',
    'model-adopted': 'Encoder gewechselt',
    rejected: 'Verwechslung gemeldet',
    undone: 'Änderung rückgängig gemacht',
  },
  counts: {
    enrolled: counted('aufgenommen', 'aufgenommen'),
    alreadyEnrolled: counted('schon bekannt', 'schon bekannt'),
    refused: counted('abgelehnt', 'abgelehnt'),
    photos: counted('Foto', 'Fotos'),
    people: counted('Person', 'Personen'),
    templates: counted('Foto', 'Fotos'),
    faces: counted('Gesicht', 'Gesichter'),
    identified: counted('erkannt', 'erkannt'),
    consents: counted('Einwilligung', 'Einwilligungen'),
    activity: counted('Eintrag', 'Einträge'),
    portraits: counted('Porträt', 'Porträts'),
    attendance: counted('Tag', 'Tage'),
    rows: counted('Zeile', 'Zeilen'),
    steps: counted('Schritt', 'Schritte'),
    enrollAgain: counted('neu aufzunehmen', 'neu aufzunehmen'),
    undone: counted('rückgängig', 'rückgängig'),
    changed: counted('Einstellung', 'Einstellungen'),
    takenBack: counted('zurückgenommen', 'zurückgenommen'),
    paintings: counted('Gemälde', 'Gemälde'),
  },
  clock: {
    label: 'Die Uhr',
    text: (today: string, lastKnown: string, entries: number) =>
      `Die Uhr dieses Computers zeigt den ${today}, zuletzt war es der ${lastKnown}. ` +
      (entries === 1
        ? 'Ein alter Eintrag wurde behalten.'
        : `${entries} alte Einträge wurden behalten.`),
    right: 'Die Uhr geht richtig …',
    question: (today: string) => `Ist heute der ${today}?`,
    consequence: (entries: number) =>
      `Dann ${entries === 1 ? 'ist ein Eintrag' : `sind ${entries} Einträge`} älter, als die ` +
      'Einstellungen erlauben, und kommt nicht wieder. Ist es ein anderer Tag, brechen Sie ab und ' +
      'stellen Sie die Uhr.',
    confirm: 'Ja, alte Einträge löschen',
    deleted: (entries: number) =>
      entries === 1 ? 'Ein Eintrag wurde gelöscht' : `${entries} Einträge wurden gelöscht`,
  },
  from: 'Von',
  to: 'Bis',
  attendanceList: 'Wer an welchem Tag gesehen wurde',
  attendanceEmpty: 'In diesen Tagen wurde niemand gesehen',
  attendanceEmptyText:
    'Die Anwesenheit führt der Kiosk, sobald das in den Einstellungen eingeschaltet ist.',
  day: 'Tag',
  firstSeen: 'Zuerst gesehen',
  lastSeen: 'Zuletzt gesehen',
  stay: 'Dazwischen',
  stayOf: (hours, minutes) => `${hours} h ${minutes} min`,
  daysInvalid: 'Der erste Tag muss vor dem letzten liegen.',
};
