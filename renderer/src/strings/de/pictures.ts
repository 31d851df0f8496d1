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
    retry: 'Noch einmal versuchen',
    trouble: {
      denied: {
        title: 'Die Kamera ist nicht erlaubt',
        text: 'Erlauben Sie sie für Likeness in den Einstellungen des Systems oder des Browsers. Das Bild bleibt auf diesem Gerät.',
      },
      missing: {
        title: 'Keine Kamera gefunden',
        text: 'Schließen Sie eine an, dann startet sie von selbst. Fotos gehen auch ohne Kamera.',
      },
      busy: {
        title: 'Die Kamera ist belegt',
        text: 'Beenden Sie das Programm, das sie verwendet, dann startet sie von selbst.',
      },
      lost: {
        title: 'Die Kamera ist weg',
        text: 'Sobald sie wieder da ist, geht es von selbst weiter.',
      },
    },
  },
};
