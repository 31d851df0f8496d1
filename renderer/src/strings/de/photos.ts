import type { Strings } from '../en.ts';

const faces = (count: number) => (count === 1 ? '1 Gesicht' : `${count} Gesichter`);
const unknown = (count: number) => (count === 1 ? '1 unbekannt' : `${count} unbekannt`);

export const photos: Strings['photos'] = {
  title: 'Fotos',
  subtitle: 'Wer ist auf einem Foto?',
  drop: 'Fotos wählen',
  dropHint: 'oder hier ablegen oder einfügen',
  add: 'Fotos hinzufügen',
  recent: 'Zuletzt angesehen',
  forgotten: 'Bleiben, bis dieses Fenster geschlossen wird. Nichts wird gespeichert.',
  tryOut: 'Mit Beispielfotos ausprobieren',
  sample: (index) => `Beispielfoto ${index}`,
  open: (name) => `${name} öffnen`,
  waiting: 'Wartet …',
  looking: 'Gesichter werden gesucht …',
  remove: 'Aus dieser Liste entfernen',
  gone: 'Dieses Foto ist nicht mehr im Fenster.',
  goneHint: 'Fotos bleiben, bis das Fenster geschlossen wird. Bitte noch einmal wählen.',
  failed: 'Dieses Foto ließ sich nicht lesen',
  faces: 'Gesichter auf dem Foto',
  photo: (name) => `Foto ${name}`,
  photoKeys: 'Plus und Minus ändern die Größe, 0 zeigt alles, Pfeiltasten verschieben das Foto.',
  count: faces,
  known: (count) => `${count} bekannt`,
  unknownCount: unknown,
  summary: (names, count) => [...names, ...(count === 0 ? [] : [unknown(count)])].join(', '),
  face: (index) => `Gesicht ${index}`,
  noFace: 'Kein Gesicht gefunden',
  noFaceHint: 'Ein Gesicht sollte mindestens 30 Pixel breit sein und zur Kamera schauen.',
  unknown: 'Unbekannt',
  heard: (names, count) =>
    names.length + count === 0
      ? 'Kein Gesicht gefunden.'
      : `Auf dem Foto: ${[...names, ...(count === 0 ? [] : [unknown(count)])].join(', ')}.`,
  distance: (distance, threshold, name) =>
    `Abstand ${distance} zu ${name}; bis ${threshold} dieselbe Person`,
  same: 'Gleich',
  different: 'Verschieden',
  details: 'Einzelheiten',
  quality: 'Qualität des Gesichts',
  openPerson: (name) => `${name} öffnen`,
  yes: (name) => `Ja, das ist ${name}`,
  who: 'Wer ist das?',
  somebodyElse: 'Jemand anderes …',
  nameAll: (count) => (count === 1 ? 'Gesicht benennen' : 'Gesichter benennen'),
  select: 'Auswählen',
  selectDone: 'Fertig',
  selected: (count) => (count === 0 ? 'Gesichter einer Person wählen' : `${count} gewählt`),
  allTheSame: 'Das sind alles …',
  naming: {
    one: 'Wer ist das?',
    all: (count) => `Wer ist das, in ${count === 1 ? '1 Gesicht' : `${count} Gesichtern`}?`,
    each: (index, total) => `Wer ist das? ${index} von ${total}`,
    preview: 'Das Gesicht',
    near: 'Vielleicht',
    everybody: 'Alle, oder ein neuer Name',
    consent: 'Einwilligung (freiwillig)',
    consentHint: 'Wie und wann die Person zugestimmt hat. Es bleibt bei der Person.',
    skip: 'Überspringen',
    given: (name, count) =>
      count === 1
        ? `Das Gesicht gehört jetzt zu ${name}.`
        : `${faces(count)} gehören jetzt zu ${name}.`,
    anyway: 'Trotzdem nehmen',
    undone: (name) => `Von ${name} zurückgenommen.`,
  },
  notes: {
    photo_turned: (file, degrees) =>
      `${file} wurde um ${degrees} gedreht: Kein Gesicht darin stand aufrecht.`,
    first_frame_used: (file, frames) =>
      `${file} hat ${frames} Bilder, wie eine Animation; nur das erste wurde verwendet.`,
    small_faces_missed: (file, pixels) =>
      `${file} ist sehr groß. Gesichter unter ${pixels} Pixeln können fehlen: Am besten den wichtigen Teil ausschneiden.`,
    face_poor: (file, why) =>
      `Das Gesicht in ${file} ist zu schlecht zu erkennen, um sich darauf zu verlassen. ${why}`.trim(),
    faces_poor: (file, count) =>
      `${count} Gesichter in ${file} sind zu schlecht zu erkennen, um sich darauf zu verlassen.`,
  },
  zoom: {
    label: 'Größe',
    in: 'Größer',
    out: 'Kleiner',
    fit: 'Ganzes Foto zeigen',
  },
  facts: (device, seconds) => `${device}, ${seconds} s`,
  refused: {
    notPicture: (file) =>
      `${file} ist kein Bild. Likeness liest JPEG, PNG, WebP, AVIF, TIFF und GIF.`,
    notPictures: (count) =>
      `${count} dieser Dateien sind keine Bilder. Likeness liest JPEG, PNG, WebP, AVIF, TIFF und GIF.`,
  },
};
