import type { Strings } from '../en.ts';

export const errors: Strings['errors'] = {
  internal: 'In Likeness ist etwas schiefgegangen. Bitte erneut versuchen.',
  disconnected: 'Die Verbindung zu Likeness ist abgebrochen. Bitte gleich noch einmal versuchen.',
  host_crashed: 'Die Erkennung ist abgestürzt und startet neu. Bitte erneut versuchen.',
  host_timeout: 'Likeness hat zu lange nicht geantwortet. Bitte erneut versuchen.',
  no_face: 'Auf diesem Bild wurde kein Gesicht gefunden.',
  several_faces: 'Auf diesem Bild sind mehrere Gesichter, erwartet wurde eines.',
  disk_full: 'Der Datenträger ist voll. Bitte Platz schaffen und erneut versuchen.',
};
