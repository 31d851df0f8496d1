import type { Strings } from '../en.ts';

export const identify: Strings['identify'] = {
  title: 'Erkennen',
  subtitle: 'Wer ist auf einem Foto?',
  drop: 'Foto wählen',
  dropHint: 'oder hier ablegen oder einfügen',
  another: 'Anderes Foto',
  faces: 'Gesichter auf dem Foto',
  photo: (name) => `Foto ${name}`,
  count: (count) => (count === 1 ? '1 Gesicht' : `${count} Gesichter`),
  face: (index) => `Gesicht ${index}`,
  noFace:
    'Kein Gesicht gefunden. Ein Gesicht sollte mindestens 30 Pixel breit sein und zur Kamera schauen.',
  unknown: 'Unbekannt',
  heard: (names) =>
    names.length === 0 ? 'Kein Gesicht gefunden.' : `Auf dem Foto: ${names.join(', ')}.`,
  distance: (distance, threshold, name) =>
    `Abstand ${distance} zu ${name}; bis ${threshold} dieselbe Person`,
  same: 'Gleich',
  different: 'Verschieden',
  quality: 'Qualität des Gesichts',
  others: 'Weniger wahrscheinlich',
  nearest: 'Am nächsten, aber nicht nah genug',
  openPerson: (name) => `${name} öffnen`,
  enrolTitle: 'Dieses Gesicht aufnehmen',
  facts: (device, seconds) => `${device}, ${seconds} s`,
  samples: 'Beispielfotos',
  sample: (index) => `Beispiel ${index}`,
};
