import type { Strings } from '../en.ts';

export const guide: Strings['guide'] = {
  title: 'Wessen Gesicht ist das?',
  text: 'Likeness lernt Personen aus wenigen Bildern kennen und erkennt sie dann vor der Kamera und auf Fotos. So kann es losgehen:',
  camera: {
    title: 'Sich selbst mit der Kamera aufnehmen',
    text: 'Dauert ein paar Sekunden. In die Kamera schauen und den Namen nennen.',
  },
  folder: {
    title: 'Einen Ordner importieren',
    text: 'Ein Ordner je Person, darin die Fotos. Nichts wird verschoben oder verändert.',
  },
  samples: {
    title: 'Mit Beispielfotos ausprobieren',
    text: 'Personen der Beispielfotos kennenlernen und auf einem Gruppenfoto wiederfinden.',
  },
  working: 'Die Personen der Beispiele werden kennengelernt …',
  private: 'Bilder und Namen bleiben auf diesem Gerät.',
  skip: 'Erst einmal umsehen',
};
