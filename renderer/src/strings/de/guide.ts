import type { Strings } from '../en.ts';
import { pluralDe as plural } from '../plural.ts';

export const guide: Strings['guide'] = {
  title: 'Wessen Gesicht ist das?',
  text: 'Likeness lernt Personen aus wenigen Bildern kennen und erkennt sie dann vor der Kamera und auf Fotos. Es malt Fotos auch im Stil anderer Bilder. So kann es losgehen:',
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
    text: 'Personen der Beispielfotos auf einem Gruppenfoto wiederfinden. Sie lassen sich auf einmal wieder entfernen.',
  },
  paint: {
    title: 'Ein Foto malen',
    text: 'Einem Foto das Aussehen eines Gemäldes, einer Zeichnung oder eines anderen Bildes geben.',
  },
  sampleBanner: {
    label: 'Beispielpersonen',
    text: (count) =>
      plural(count, {
        one: '# Person hier stammt aus den Beispielfotos.',
        other: '# Personen hier stammen aus den Beispielfotos.',
      }),
    remove: 'Beispielpersonen entfernen',
    removed: (count) =>
      plural(count, {
        one: '# Beispielperson entfernt',
        other: '# Beispielpersonen entfernt',
      }),
  },
  working: 'Die Personen der Beispiele werden kennengelernt …',
  private: 'Bilder und Namen bleiben auf diesem Gerät.',
  skip: 'Erst einmal umsehen',
};
