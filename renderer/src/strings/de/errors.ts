import type { ErrorCode } from '../../../../contract/errors.ts';
import type { Quality, QualityFlaw } from '../../../../contract/values.ts';
import type { Facts, Sentence } from '../en/errors.ts';
import { quality } from './quality.ts';

const file = (facts: Facts): string => facts.file ?? 'Die Datei';
const number = (value: unknown): string => (typeof value === 'number' ? String(value) : '?');

/** Every code: a new one is a type error here. */
export const errors: Readonly<Record<ErrorCode | 'disconnected', Sentence>> = {
  invalid_input: 'Mit dieser Eingabe kann Likeness nichts anfangen. Bitte prüfen.',
  cancelled: 'Abgebrochen.',
  internal: 'In Likeness ist etwas schiefgegangen. Bitte erneut versuchen.',
  disconnected: 'Die Verbindung zu Likeness ist abgebrochen. Bitte gleich noch einmal versuchen.',

  command_unknown: 'Diese Fassung von Likeness kennt den Befehl nicht. Bitte die Seite neu laden.',
  message_malformed: 'Likeness hat die Anfrage nicht verstanden. Bitte die Seite neu laden.',
  message_too_large: 'Das ist zu groß, um auf einmal übertragen zu werden.',
  message_out_of_order: 'Likeness hat die Anfrage nicht verstanden. Bitte die Seite neu laden.',
  too_many_requests: 'Das waren zu viele Anfragen auf einmal. Bitte einen Augenblick warten.',
  not_authorized: 'Bitte einen neuen Link von Likeness öffnen.',
  proof_needed: 'Dafür wird die PIN oder ein Code gebraucht.',
  proof_wrong: 'Das ist nicht der Code, oder er ist abgelaufen.',
  origin_refused: 'Die Anfrage kam von einer anderen Seite und wurde abgelehnt.',
  command_refused: 'Das ist hier nicht erlaubt.',
  pin_missing: 'Es ist keine PIN gesetzt, die den Kiosk beendet. Bitte zuerst eine festlegen.',
  kiosk_locked: 'Der Kiosk ist an; das gehört nicht dazu.',
  route_unknown: 'Diese Adresse gibt es nicht.',

  address_refused: 'Unter dieser Adresse darf Likeness nicht erreichbar sein.',
  port_in_use: 'Ein anderes Programm verwendet den Port.',
  server_missing: 'Auf diesem Datenordner läuft kein Likeness.',
  window_missing: 'Die Seiten des Fensters fehlen. Bitte Likeness neu installieren.',

  path_refused: (facts) => `${file(facts)} ist für Programme nicht freigegeben.`,
  folder_refused: (facts) =>
    `In ${file(facts)} liegt, was Likeness selbst aufbewahrt. Bitte einen anderen Ordner wählen.`,

  file_not_found: (facts) => `${file(facts)} gibt es nicht. Bitte die Schreibweise prüfen.`,
  file_is_directory: (facts) => `${file(facts)} ist ein Ordner, erwartet wurde eine Datei.`,
  file_not_directory: (facts) => `${file(facts)} ist kein Ordner. Bitte einen Ordner angeben.`,
  file_unreadable: (facts) => `${file(facts)}: Der Zugriff wurde vom System verweigert.`,
  file_empty: (facts) => `${file(facts)} ist leer.`,
  file_too_large: (facts) => `${file(facts)} ist größer, als Likeness liest.`,
  file_exists: (facts) =>
    `${file(facts)} gibt es schon und blieb unverändert. Bitte einen anderen Namen wählen.`,
  output_is_input: (facts) =>
    `${file(facts)} wird selbst gebraucht und darf nicht überschrieben werden. Bitte einen anderen Namen wählen.`,
  disk_full: 'Der Datenträger ist voll. Bitte Platz schaffen und erneut versuchen.',

  image_unrecognized: (facts) => `${file(facts)} ist kein Bild in einem unterstützten Format.`,
  image_truncated: (facts) => `${file(facts)} ist beschädigt oder unvollständig.`,
  image_too_large: (facts) => `${file(facts)} ist größer, als Likeness lesen kann.`,
  image_painted: 'Das Bild hat Likeness gemalt; gebraucht wird ein Foto.',
  file_ignored: (facts) => `${file(facts)} ist kein Bild.`,
  photo_misplaced: (facts) =>
    `${file(facts)} liegt nicht im Ordner einer Person; niemand weiß, wen es zeigt.`,
  photos_refused: 'Einige Fotos wurden abgelehnt, die übrigen aufgenommen.',
  method_refused: 'Diese Adresse nimmt nur Anfragen anderer Art an.',
  image_too_small: 'Das Bild hat weniger Pixel, als gebraucht werden.',

  no_face:
    'Auf diesem Bild wurde kein Gesicht gefunden. Besser ist eines, das das Gesicht aufrecht, größer und gut beleuchtet zeigt.',
  several_faces: 'Auf diesem Bild sind mehrere Gesichter, erwartet wurde eines.',
  low_quality: ({ flaws, measures }) => {
    const [worst] = (flaws ?? []) as readonly QualityFlaw[];
    return worst === undefined
      ? 'Das Gesicht ist zu klein, unscharf, dunkel oder weggedreht, um aufgenommen zu werden.'
      : quality[worst](measures as Quality['measures']);
  },
  already_enrolled: 'Dieses Foto ist für diese Person schon aufgenommen. Bitte ein anderes wählen.',
  nothing_enrolled: 'Keines der Fotos konnte aufgenommen werden.',

  clock_jumped:
    'Die Uhr dieses Computers ist gesprungen. Bitte das Datum prüfen und es noch einmal versuchen.',
  undo_expired:
    'Das lässt sich nicht mehr rückgängig machen: Es ist mehr als eine halbe Minute her, oder etwas anderes wurde inzwischen geändert.',
  person_not_found: 'Diese Person ist nicht (mehr) aufgenommen.',
  person_exists: (facts) =>
    typeof facts['name'] === 'string'
      ? `Jemand anderes heißt schon ${facts['name']}. Bitte einen anderen Namen wählen oder beide zusammenführen.`
      : 'Jemand anderes hat diesen Namen schon.',
  name_invalid: 'Der Name ist leer, zu lang oder enthält unzulässige Zeichen.',

  model_unknown: 'Dieses Modell gibt es nicht.',
  model_missing: 'Das Modell ist nicht auf diesem Gerät. Bitte zuerst herunterladen.',
  model_corrupt: 'Die Datei des Modells ist beschädigt. Bitte noch einmal herunterladen.',
  model_incompatible: 'Die Datei des Modells tut nicht, was seine Beschreibung sagt.',
  encoding_invalid:
    'Das Modell hat für dieses Gesicht unbrauchbare Werte berechnet. Bitte ein anderes Foto nehmen.',
  not_differentiable: 'Zu diesem Netz gibt es keinen Gradienten.',
  manifest_invalid: 'Die Beschreibung des Modells ist unvollständig oder falsch.',
  download_failed:
    'Das Herunterladen ist fehlgeschlagen. Bitte die Verbindung prüfen; ein neuer Versuch macht dort weiter.',
  download_corrupt: 'Was ankam, ist nicht die erwartete Datei; sie wurde verworfen.',

  provider_unavailable: 'Diese Recheneinheit steht hier nicht zur Verfügung.',
  host_start_failed:
    'Die Erkennung konnte nicht gestartet werden. Bitte in den Einstellungen prüfen.',
  host_crashed: 'Die Erkennung ist abgestürzt und startet neu. Bitte erneut versuchen.',
  host_timeout: 'Likeness hat zu lange nicht geantwortet. Bitte erneut versuchen.',

  database_newer: 'Die Datenbank stammt von einer neueren Fassung. Bitte Likeness aktualisieren.',
  database_corrupt: 'Die Datenbank oder Sicherung ist beschädigt. Es wurde nichts verändert.',
  database_busy: 'Ein anderes Programm belegt die Datenbank. Bitte gleich noch einmal versuchen.',
  database_unavailable: 'Die Datenbank kann nicht geöffnet werden.',

  backup_foreign: (facts) => `${file(facts)} ist keine Sicherung von Likeness.`,

  adoption_unknown: 'Es gibt keinen Wechsel des Modells, der rückgängig gemacht werden könnte.',
  template_not_found: 'Dieses Foto gehört nicht (mehr) zu dieser Person.',
  example_not_found: 'Dieses Beispiel gehört nicht (mehr) zu dieser Person.',
  pin_wrong: 'Das ist nicht die richtige PIN.',
  pin_delayed: ({ retryAfterSeconds }) =>
    `Bitte ${number(retryAfterSeconds)} Sekunden warten, dann die PIN noch einmal eingeben.`,
  key_not_found: 'Diesen Schlüssel gibt es nicht (mehr).',

  layer_unknown: 'Der Encoder hat keine Schicht dieses Namens.',
  painting_diverged: 'Das Gemälde ist entgleist. Bitte eine kleinere Stilstärke wählen.',
  memory_insufficient: ({ neededMb, budgetMb }) =>
    `Das Gemälde braucht mindestens ${number(neededMb)} MB, erlaubt sind ${number(budgetMb)} MB. Bitte eine kleinere Größe wählen.`,
  painting_unknown: 'In diesem Bild stehen keine Einstellungen eines Gemäldes.',
  checkpoint_corrupt: 'Der gespeicherte Stand ist beschädigt. Bitte neu beginnen.',
  checkpoint_incompatible: (facts) =>
    Array.isArray(facts['changed'])
      ? `Seit dem Beginn wurde etwas geändert: ${facts['changed'].join(', ')}. Bitte den früheren Stand zurücklegen oder neu beginnen.`
      : 'Der gespeicherte Stand stammt von einer anderen Fassung. Bitte neu beginnen.',
  training_diverged: 'Das Lernen ist entgleist.',
  training_impossible: 'Mit diesen Fotos kann nicht gelernt werden.',

  job_not_found: 'Dieses Gemälde gibt es nicht (mehr).',
  job_state: 'Das geht in diesem Zustand des Gemäldes nicht.',

  pairs_invalid: 'Eine Zeile der Liste von Paaren ist nicht lesbar.',
  evaluation_impossible: 'Mit diesen Fotos kann nicht gemessen werden.',
  calibration_impossible:
    'Damit kann nicht kalibriert werden: es braucht mindestens zehn Personen und eine kalibrierte Rate.',
};
