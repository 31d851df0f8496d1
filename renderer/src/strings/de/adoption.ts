import type { Strings } from '../en.ts';

const people = (count: number) => (count === 1 ? '1 Person' : `${count} Personen`);
const photos = (count: number) => (count === 1 ? '1 Foto' : `${count} Fotos`);

export const adoption: Strings['adoption'] = {
  title: 'Anderen Encoder verwenden?',
  text: (name) =>
    `${name} liest Gesichter auf seine eigene Weise. Wer ein aufgehobenes Foto hat, wird darum neu gelesen.`,
  trying: 'Probe mit den aufgehobenen Fotos',
  tryingHint: 'Noch wird nichts geändert.',
  working: 'Alle werden neu gelesen',
  workingHint:
    'Bis alles fertig ist, bleibt der bisherige Encoder in Gebrauch. Nach „Anhalten“ ist nichts geändert.',
  of: (done, total, left) =>
    left === undefined ? `${done} von ${total}` : `${done} von ${total}, noch ${left}`,
  stopped: 'Angehalten. Nichts wurde geändert.',
  nobody: 'Niemand ist aufgenommen, also muss niemand neu gelesen werden.',
  stay: (count) => (count === 1 ? '1 Person bleibt bekannt' : `${people(count)} bleiben bekannt`),
  again: (count) =>
    count === 1
      ? '1 Person muss neu aufgenommen werden'
      : `${people(count)} müssen neu aufgenommen werden`,
  againHint: 'Bis dahin hält der neue Encoder sie für Fremde.',
  encoded: (count, all) => `${count} von ${photos(all)}`,
  present: (count) => `${count} schon bekannt`,
  fromOriginals: (count) => `${count} aus dem Original`,
  fromPortraits: (count) => `${count} aus dem aufgehobenen Porträt`,
  obstacles: {
    'original-missing':
      'Es wurde kein Porträt aufgehoben, und das Original liegt nicht mehr an seinem Ort.',
    'original-ambiguous':
      'Es wurde kein Porträt aufgehoben, und das Original zeigt mehrere Gesichter oder keines.',
    'portrait-faceless': 'Im aufgehobenen Porträt wurde kein Gesicht gefunden.',
  },
  undoable: (name) => `${name} kann danach zurückgeholt werden.`,
  change: 'Encoder wechseln',
  keep: 'Bisherigen behalten',
  failed: 'Der Encoder wurde nicht gewechselt',
  doneTitle: 'Der Encoder ist gewechselt',
  done: (name, added) =>
    added === 0
      ? `${name} ist in Gebrauch. Kein Foto musste neu gelesen werden.`
      : `${name} ist in Gebrauch. ${photos(added)} neu gelesen.`,
  undo: 'Rückgängig machen …',
  undoTitle: 'Den früheren Encoder zurückholen?',
  undoReading: 'Was sich dadurch ändert, wird geprüft',
  undoText: (name) =>
    `${name} wäre wieder in Gebrauch. Nichts wird gelöscht: Was einer der Encoder kennt, bleibt.`,
  undoUnknown: (count) =>
    count === 1 ? '1 Person wäre unbekannt' : `${people(count)} wären unbekannt`,
  undoSince: (count) => `${photos(count)} seither aufgenommen`,
  bringBack: 'Zurückholen',
  undone: (name) => `${name} ist wieder in Gebrauch`,
  former: 'Der Encoder davor',
  formerText: (name) => `${name} war bis zum letzten Wechsel in Gebrauch.`,
  strangers: (count) =>
    `Der Encoder in Gebrauch kennt ${count === 1 ? '1 aufgenommene Person' : `${count} aufgenommene Personen`} nicht`,
  strangersText: (names, more) =>
    `${names.join(', ')}${more > 0 ? ` und ${more} weitere` : ''}: mit einem anderen Encoder aufgenommen.`,
  strangersAct: 'Neu lesen …',
  offer: {
    title: 'Ein besserer Encoder ist verfügbar',
    gain: (people, now, then, of) =>
      `Bei ${people} aufgenommenen Personen übersieht er etwa ${then} von ${of} statt ${now} und benennt Fremde so selten wie jetzt.`,
    gainUnknown: 'Er unterscheidet Personen besser als der jetzige.',
    fetch: (size) =>
      `${size} werden einmal aus dem Internet geladen und geprüft; von Ihnen wird nichts gesendet.`,
    here: 'Er ist schon auf diesem Rechner.',
    people: 'Wer ein aufgehobenes Foto hat, bleibt bekannt, und Sie können zurück.',
    accept: 'Laden und wechseln',
    switch: 'Zu ihm wechseln',
    later: 'Jetzt nicht',
    fetching: (name) => `${name} wird geladen`,
    failedTitle: 'Der Encoder konnte nicht geladen werden',
    again: 'Noch einmal versuchen',
  },
};
