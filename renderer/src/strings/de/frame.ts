import type { Strings } from '../en.ts';

export const frame: Strings['frame'] = {
  product: 'Likeness',
  navigation: 'Hauptnavigation',
  skip: 'Zum Inhalt springen',
  screens: {
    live: 'Live',
    people: 'Personen',
    compare: 'Vergleichen',
    studio: 'Atelier',
    calibrate: 'Kalibrieren',
    activity: 'Aktivität',
    settings: 'Einstellungen',
    identify: 'Erkennen',
    kiosk: 'Kiosk',
  },
  private: 'Nichts verlässt dieses Gerät',
  connecting: 'Verbindung wird aufgebaut …',
  lost: 'Die Verbindung zu Likeness ist abgebrochen. Neuer Versuch …',
  hostCrashed:
    'Die Erkennung ist unerwartet beendet worden. Sie startet mit dem nächsten Bild neu.',
  studioCrashed:
    'Das Malen ist unerwartet beendet worden. Gemälde gehen dort weiter, wo sie gesichert wurden.',
  dropHere: 'Foto hier ablegen, um zu sehen, wer darauf ist',
  notifications: 'Meldungen',
  dismiss: 'Ausblenden',
  close: 'Schließen',
  cancel: 'Abbrechen',
  back: 'Zurück',
  stop: 'Anhalten',
  undo: 'Rückgängig',
  retry: 'Erneut versuchen',
  save: 'Sichern',
  working: 'In Arbeit …',
  more: 'Mehr',
  shortcuts: {
    title: 'Tastaturkürzel',
    general: 'Überall',
    list: 'Diese Liste zeigen',
    identify: 'Personen auf einem Foto erkennen',
    go: (screen) => `Zu „${screen}“ wechseln`,
  },
};
