import type { Strings } from '../en.ts';

const photos = (count: number) => (count === 1 ? '1 Foto' : `${count} Fotos`);
const persons = (count: number) => (count === 1 ? '1 Person' : `${count} Personen`);

export const people: Strings['people'] = {
  undone: 'Rückgängig gemacht.',
  deleted: (names) => `Gelöscht: ${names}.`,
  title: 'Personen',
  count: persons,
  foundOf: (found, all) => `${found} von ${persons(all)}`,
  photos,
  search: 'Suchen',
  noneFound: (query) => `Niemand heißt „${query}“`,
  clearSearch: 'Alle zeigen',
  sort: {
    label: 'Sortieren',
    by: {
      name: 'A–Z',
      seen: 'Zuletzt gesehen',
      photos: 'Meiste Fotos',
      newest: 'Neueste',
    },
  },
  choosing: {
    start: 'Auswählen',
    bar: 'Ausgewählte Personen',
    choose: (name) => `${name} auswählen`,
    chosen: (count) => (count === 0 ? 'Personen auswählen' : `${persons(count)} ausgewählt`),
    all: 'Alle auswählen',
    none: 'Fertig',
    merge: 'Zusammenführen',
    hide: 'Ausblenden',
    show: 'Wieder zeigen',
    delete: 'Löschen',
  },
  hiding: {
    title: 'Ausblenden',
    show: 'Wieder zeigen',
    link: (count) => `Ausgeblendet (${count})`,
    back: 'Zurück zu allen',
    heading: 'Ausgeblendete Personen',
    ask: (who) => `${who} ausblenden?`,
    text: 'Ausgeblendete Personen fehlen nur in dieser Übersicht. Likeness erkennt sie weiterhin und nennt ihre Namen, auf Fotos und mit der Kamera. Sie bleiben unter „Ausgeblendet“ und lassen sich dort wieder zeigen.',
    done: (who) => `${who}: jetzt unter „Ausgeblendet“.`,
    shown: (who) => `${who}: wieder in der Übersicht.`,
    mark: 'In der Übersicht ausgeblendet',
  },
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
  facts: 'Über diese Person',
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
    portrait: 'Porträt',
    usePortrait: 'Als Porträt verwenden',
    usePhotoAsPortrait: (photo) => `Als Porträt verwenden: ${photo}`,
    portraitDone: 'Dieses Foto ist jetzt das Porträt.',
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
    alike: (name) =>
      `Eine andere Person heißt ${name}. Bitte zusammenführen, falls es dieselbe ist.`,
  },
  merge: {
    title: 'Zusammenführen mit …',
    short: 'Zusammenführen',
    into: 'Wer ist es?',
    text: (name) => `Wer ist ${name} noch? Alle Fotos kommen unter einem Namen zusammen.`,
    several: (count) => `${persons(count)} werden eine. Alle Fotos kommen zusammen.`,
    nearest: 'Die ähnlichsten stehen oben.',
    pair: 'Beide Gesichter',
    keep: 'Welcher Name bleibt',
    keepName: (name) => `Den Namen ${name} behalten`,
    near: {
      surelySame: 'Fast sicher dieselbe Person',
      probablySame: 'Wahrscheinlich dieselbe Person',
      barelySame: 'Vielleicht dieselbe Person',
      barelyDifferent: 'Etwas ähnlich',
      probablyDifferent: 'Kaum ähnlich',
      surelyDifferent: 'Nicht ähnlich',
    },
    save: (name) => `Mit ${name} zusammenführen`,
    done: (from, into) => `${from} gehört jetzt zu ${into}.`,
    doneSeveral: (count, into) => `${persons(count)} sind jetzt eine: ${into}.`,
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
    ask: (who) => `${who} löschen?`,
    severalText:
      'Alles zu diesen Personen wird gelöscht: Fotos, Porträts, Einwilligung, Aktivität und Anwesenheit. Eine halbe Minute lang lässt es sich rückgängig machen.',
    text: 'Alles zu dieser Person wird gelöscht: Fotos, Porträts, Einwilligung, Aktivität und Anwesenheit. Eine halbe Minute lang lässt es sich rückgängig machen.',
    confirm: 'Löschen',
    doneTitle: (name) => `${name} ist gelöscht`,
    doneSeveral: (count) => `${persons(count)} gelöscht`,
    receipt: 'Beleg: was gelöscht wurde',
    templates: 'Fotos',
    portraits: 'Porträts',
    consents: 'Vermerke zur Einwilligung',
    activity: 'Einträge der Aktivität',
    attendance: 'Einträge der Anwesenheit',
    scrubbed: 'Kein Byte davon ist in der Datenbank geblieben.',
    notScrubbed: {
      'in-use':
        'Gelöscht, aber in der Datenbankdatei sind noch Spuren: Ein anderes Programm liest sie gerade. Likeness versucht es weiter, bis sie weg sind.',
      'disk-full':
        'Gelöscht, aber in der Datenbankdatei sind noch Spuren: Der Datenträger ist voll. Schaffen Sie Platz; Likeness versucht es weiter, bis sie weg sind.',
      unwritable:
        'Gelöscht, aber im Datenordner sind noch Spuren: Eine Datei dort lässt sich nicht ändern. Likeness versucht es weiter, bis sie weg sind.',
    },
    copies: (count) =>
      count === 1
        ? 'Auch eine ältere Kopie der Datenbank wurde gelöscht.'
        : `Auch ${count} ältere Kopien der Datenbank wurden gelöscht.`,
    remaining:
      'Diese Dateien können sie noch enthalten oder zeigen. Löschen Sie sie selbst, wenn nötig:',
    kinds: {
      backup: 'Sicherung:',
      picture: 'Bild als Malvorlage:',
      painting: 'Gemälde:',
      former: 'Ältere Kopie:',
      unfinished: 'Unfertige Kopie:',
    },
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
    largestHint: 'Sonst wird gefragt, welches Gesicht es ist.',
    camera: 'Kamera verwenden',
    save: 'Aufnehmen',
    done: (name, count) => `${name}: ${photos(count)} aufgenommen.`,
    partly: (enrolled, refused) =>
      enrolled === 0
        ? `${photos(refused)} abgelehnt:`
        : `${photos(enrolled)} aufgenommen, ${refused} abgelehnt:`,
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
    summary: (enrolled, refused) => `${enrolled} aufgenommen, ${refused} abgelehnt.`,
    notUsed: (count, files) =>
      `${count} von ${files} ${files === 1 ? 'Datei' : 'Dateien'} ${count === 1 ? 'wurde' : 'wurden'} nicht verwendet.`,
    noPictures: (names, more) => `Keine Bilder: ${names}${more > 0 ? ` und ${more} weitere` : ''}.`,
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
  refusals: {
    title: 'Abgelehnte Fotos',
    hint: 'Die Originale sind unverändert.',
    look: (file) => `${file} ansehen`,
    face: 'Gesicht wählen',
    largest: 'Das größte nehmen',
    anyway: 'Trotzdem nehmen',
    again: 'Noch einmal versuchen',
    name: 'Sagen, wer es ist',
    all: {
      largest: (count) => `Das größte Gesicht nehmen: ${photos(count)}`,
      anyway: (count) => `Trotzdem nehmen: ${photos(count)}`,
      again: (count) => `Noch einmal versuchen: ${photos(count)}`,
    },
    working: 'Wird aufgenommen',
    enrolledFor: (name) => `Aufgenommen für ${name}`,
    more: (count) => `${count} weitere zeigen`,
    whichTitle: (name) => `Welches Gesicht ist ${name}?`,
    whichText: 'Das Gesicht auf dem Foto antippen.',
    faceOf: (index, count) => `Gesicht ${index} von ${count}`,
    noPicture: (kind) => `${kind} lässt sich nicht zeigen`,
    faces: (count) => `Auf diesem Foto sind ${count} Gesichter.`,
    nameTitle: 'Wer ist auf diesem Foto?',
    reasons: {
      no_face:
        'Auf diesem Foto wurde kein Gesicht gefunden. Besser ist eines, das das Gesicht aufrecht, größer und gut beleuchtet zeigt.',
      low_quality:
        'Das Gesicht ist zu klein, unscharf, dunkel oder weggedreht, um gut erkannt zu werden.',
      several_faces: 'Auf diesem Foto sind mehrere Gesichter.',
      image_unrecognized:
        'Dieses Bild kann Likeness nicht lesen. Bitte als JPEG oder PNG speichern und noch einmal hinzufügen.',
      image_truncated: 'Die Datei ist beschädigt oder unvollständig.',
      image_too_large: 'Das Bild ist größer, als Likeness lesen kann.',
      image_too_small: 'Das Bild hat zu wenige Pixel.',
      file_empty: 'Die Datei ist leer.',
      file_not_found: 'Die Datei ist nicht mehr da.',
      file_unreadable: 'Das System lässt Likeness diese Datei nicht lesen.',
      name_invalid: 'So kann keine Person heißen. Bitte den Ordner umbenennen.',
      host_crashed: 'Die Erkennung ist an diesem Foto abgebrochen.',
      host_timeout: 'Likeness hat für dieses Foto zu lange gebraucht.',
      astray: 'Es liegt neben den Ordnern der Personen; niemand weiß, wer darauf ist.',
    },
  },
};
