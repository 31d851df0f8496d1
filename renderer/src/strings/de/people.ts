import type { Strings } from '../en.ts';

const photos = (count: number) => (count === 1 ? '1 Foto' : `${count} Fotos`);

export const people: Strings['people'] = {
  title: 'Personen',
  count: (count) => (count === 1 ? '1 Person' : `${count} Personen`),
  photos,
  search: 'Suchen',
  noneFound: (query) => `Niemand heißt „${query}“`,
  add: 'Person hinzufügen',
  empty: {
    title: 'Noch ist niemand aufgenommen',
    text: 'Ein paar Bilder einer Person genügen. Sie bleiben auf diesem Gerät und lassen sich jederzeit löschen.',
  },
  open: (name) => `${name} öffnen`,
  picker: {
    search: 'Person suchen',
    list: 'Personen',
    none: (query) => `Niemand heißt „${query}“.`,
    more: (count) =>
      count === 1
        ? '1 weitere Person. Tippen Sie einige Buchstaben.'
        : `${count} weitere. Tippen Sie einige Buchstaben.`,
    create: (name) => `Neue Person: ${name}`,
  },
  portraitOf: (name) => `Porträt von ${name}`,
  photoList: 'Fotos',
  enrolledOn: 'Aufgenommen',
  lastSeen: 'Zuletzt von einer Kamera gesehen',
  neverSeen: 'Nicht vermerkt',
  bestPhoto: 'Bestes Foto',
  consent: {
    title: 'Einwilligung',
    none: 'Nichts vermerkt.',
    add: 'Einwilligung vermerken',
    note: 'Wie und wann die Person zugestimmt hat',
  },
  photo: {
    label: (index, file) => file ?? `Foto ${index}`,
    quality: 'Qualität',
    verdict: (score) =>
      score >= 0.5
        ? undefined
        : score >= 0.2
          ? 'Brauchbar; ein schärferes hilft.'
          : 'Schlecht: klein, unscharf oder weggedreht.',
    not: 'Nicht diese Person',
    notThisPerson: (photo) => `Nicht diese Person: ${photo}`,
    choose: (photo) => `${photo} auswählen`,
    removeTitle: 'Dieses Foto entfernen?',
    removeText: (name) => `Likeness vergisst dieses Foto von ${name}. Die Originaldatei bleibt.`,
    removeLast: (name) =>
      `Das ist das einzige Foto von ${name}. Ohne Foto kann ${name} nicht erkannt werden. Die Originaldatei bleibt.`,
    remove: 'Foto entfernen',
    removed: 'Das Foto ist vergessen.',
  },
  rename: {
    title: 'Umbenennen',
    save: 'Umbenennen',
    done: (name) => `Der Name ist jetzt ${name}.`,
  },
  merge: {
    title: 'Zusammenführen mit …',
    into: 'Zusammenführen mit',
    text: (name) => `Alle Fotos von ${name} gehen an die gewählte Person.`,
    save: (name) => `Mit ${name} zusammenführen`,
    done: (from, into) => `${from} gehört jetzt zu ${into}.`,
  },
  split: {
    title: 'Aufteilen',
    pick: (count) =>
      count === 0 ? 'Fotos auswählen, die jemand anderen zeigen.' : `${photos(count)} ausgewählt`,
    next: 'Abtrennen',
    text: (count, name) => `${photos(count)} von ${name} gehen an eine neue Person.`,
    save: 'Abtrennen',
    done: (name) => `${name} hat jetzt eine eigene Seite.`,
  },
  deletion: {
    title: 'Löschen',
    ask: (name) => `${name} löschen?`,
    text: 'Alles zu dieser Person wird gelöscht: Fotos, Porträts, Einwilligung, Aktivität und Anwesenheit. Das lässt sich nicht widerrufen.',
    confirm: 'Endgültig löschen',
    doneTitle: (name) => `${name} ist gelöscht`,
    receipt: 'Beleg: was gelöscht wurde',
    templates: 'Fotos (Templates)',
    portraits: 'Porträts',
    consents: 'Vermerke zur Einwilligung',
    activity: 'Einträge der Aktivität',
    attendance: 'Einträge der Anwesenheit',
    scrubbed: 'Kein Byte davon ist in der Datenbank geblieben.',
    notScrubbed:
      'Gelöscht; die letzten Spuren in der Datenbankdatei gehen, sobald kein anderes Programm sie liest.',
  },
  adding: {
    title: 'Person hinzufügen',
    more: (name) => `Fotos von ${name} hinzufügen`,
    morePhotos: 'Fotos hinzufügen',
    name: 'Name',
    choose: 'Fotos wählen',
    chooseHint: 'oder hier ablegen oder einfügen',
    chosen: 'Gewählte Fotos',
    leaveOut: (file) => `${file} weglassen`,
    largest: 'Das größte Gesicht nehmen',
    largestHint: 'Sonst werden Fotos mit mehreren Gesichtern abgelehnt.',
    camera: 'Kamera verwenden',
    save: 'Aufnehmen',
    done: (name, count) => `${name}: ${photos(count)} aufgenommen.`,
    partly: (enrolled, refused) => `${photos(enrolled)} aufgenommen, ${refused} abgelehnt:`,
  },
  import: {
    title: 'Ordner importieren',
    subtitle: 'Viele Personen auf einmal',
    how: 'Einen Ordner wählen, in dem je Person ein Ordner liegt. Dessen Name wird zum Namen der Person.',
    example: 'Fotos/\n  Ada Lovelace/  1.jpg  2.jpg\n  Alan Turing/   porträt.png',
    choose: 'Ordner wählen',
    path: 'Oder den Pfad angeben',
    pathHint: 'Auf dem Gerät, auf dem Likeness läuft.',
    start: 'Importieren',
    progress: 'Fortschritt des Imports',
    reading: 'Der Ordner wird gelesen …',
    of: (done, total) => `${done} von ${total}`,
    enrolled: 'Aufgenommen',
    known: 'Schon bekannt',
    refused: 'Abgelehnt',
    refusals: 'Abgelehnte Fotos',
    refusalsHint: 'Die Originale sind unverändert.',
    astray:
      'Liegt neben den Ordnern der Personen. Bitte in den Ordner der Person legen, die darauf ist.',
    summary: (enrolled, refused) => `${enrolled} aufgenommen, ${refused} abgelehnt.`,
    over: {
      done: 'Der Import ist fertig.',
      stopped: 'Der Import wurde angehalten.',
      failed: 'Der Import konnte nicht weitergehen.',
    },
    goesOn:
      'Was aufgenommen ist, bleibt. Denselben Ordner noch einmal importieren, um weiterzumachen.',
    toPeople: 'Personen zeigen',
    another: 'Anderer Ordner',
  },
};
