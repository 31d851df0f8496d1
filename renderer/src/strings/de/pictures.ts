import type { Strings } from '../en.ts';

export const pictures: Strings['pictures'] = {
  choose: 'Bild auswählen',
  hint: 'oder hierher ziehen oder einfügen',
  another: 'Anderes Bild',
  fromCamera: 'Kamera verwenden',
  remove: 'Entfernen',
  camera: {
    title: 'Foto aufnehmen',
    take: 'Aufnehmen',
    starting: 'Die Kamera startet …',
    live: 'Was die Kamera sieht',
    denied:
      'Die Kamera darf nicht benutzt werden. Erlauben Sie das für Likeness in den Einstellungen des Systems.',
    missing: 'Keine Kamera gefunden. Schließen Sie eine an oder wählen Sie ein Bild.',
    busy: 'Die Kamera wird von einem anderen Programm benutzt. Beenden Sie es und versuchen Sie es noch einmal.',
  },
};
