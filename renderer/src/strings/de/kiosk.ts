import type { Strings } from '../en.ts';

export const kiosk: Strings['kiosk'] = {
  title: 'Kiosk',
  picture: 'Kamerabild',
  invitation: 'Willkommen. Bitte in die Kamera schauen.',
  invitationHint: 'Einen Moment stillhalten. Nichts verlässt dieses Gerät.',
  still: 'Bitte stillhalten',
  looking: 'Einen Moment …',
  welcome: (name) => `Hallo, ${name}!`,
  unknown: {
    title: 'Wir kennen uns noch nicht',
    text: 'Bitte am Empfang aufnehmen lassen.',
  },
  unsure: {
    title: 'Das hat nicht geklappt',
    text: 'Bitte etwas näher kommen und in die Kamera schauen.',
  },
  trouble: {
    recognition: { title: 'Einen Moment, bitte', text: 'Die Erkennung startet von selbst neu.' },
    connection: {
      title: 'Einen Moment, bitte',
      text: 'Die Verbindung wird wiederhergestellt.',
    },
  },
  exit: 'Kiosk beenden',
  pin: {
    title: 'PIN, um den Kiosk zu beenden',
    entered: (count) => (count === 1 ? '1 Ziffer eingegeben' : `${count} Ziffern eingegeben`),
    erase: 'Löschen',
    enter: 'Bestätigen',
  },
  setup: {
    title: 'Kiosk',
    subtitle: 'Begrüßt Personen von selbst, im Vollbild',
    text: 'Das Fenster wird zum Kiosk: Alles andere ist gesperrt, bis die PIN eingegeben wird. Das Schloss unten rechts öffnet die PIN-Eingabe.',
    start: 'Kiosk starten',
    pinFirst: 'Der Kiosk endet nur mit einer PIN. Bitte zuerst eine wählen.',
    pin: 'PIN',
    pinHint: '4 bis 12 Ziffern.',
    pinAgain: 'PIN noch einmal',
    differ: 'Die beiden PINs sind verschieden.',
    pinSet: 'Die PIN ist gesetzt.',
    save: 'PIN setzen',
  },
};
