import type { Strings } from '../en.ts';

const devices: Readonly<Record<string, string>> = {
  cpu: 'Prozessor',
  cuda: 'NVIDIA-Grafikkarte',
  directml: 'Grafikkarte (DirectML)',
  coreml: 'Apple Core ML',
  webgpu: 'Grafikkarte (WebGPU)',
};

export const live: Strings['live'] = {
  title: 'Live',
  picture: 'Kamerabild',
  inView: 'Im Bild',
  nobody: 'Niemand ist im Bild.',
  looking: 'Schaut hin …',
  unknown: 'Unbekannt',
  enrol: 'Aufnehmen',
  enrolSomebody: 'Mit der Kamera aufnehmen',
  enrolShortcut: 'Das unbekannte Gesicht aufnehmen',
  identify: 'Foto erkennen',
  confidence: 'Sicherheit',
  confidenceOf: (percent) => `${percent} sicher`,
  here: (name) => `${name} ist da.`,
  camera: 'Kamera',
  cameraNumber: (index) => `Kamera ${index}`,
  noCamera: 'Keine Kamera gefunden',
  starting: 'Startet …',
  device: (provider) => devices[provider] ?? provider,
  rate: (perSecond) => `${perSecond} pro Sekunde`,
  trouble: {
    denied: {
      title: 'Die Kamera ist nicht erlaubt',
      text: 'Bitte für Likeness in den Einstellungen des Systems oder des Browsers erlauben und erneut versuchen. Das Bild bleibt auf diesem Gerät.',
    },
    missing: {
      title: 'Keine Kamera gefunden',
      text: 'Sobald eine angeschlossen ist, startet sie von selbst. Fotos gehen auch ohne: einfach hier ablegen.',
    },
    busy: {
      title: 'Die Kamera ist belegt',
      text: 'Ein anderes Programm verwendet sie. Bitte dieses beenden und erneut versuchen.',
    },
    lost: {
      title: 'Die Kamera ist weg',
      text: 'Es geht von selbst weiter, sobald sie wieder da ist.',
    },
  },
  enrolment: {
    title: 'Mit der Kamera aufnehmen',
    pictures: 'Aufgenommene Bilder',
    pictureName: (index) => `Bild ${index}`,
    taken: (count, wanted) => `${count} von ${wanted} Bildern`,
    enough: 'Das genügt.',
    outOfView: 'Bitte in die Kamera schauen.',
    turn: 'Den Kopf ein wenig nach beiden Seiten drehen.',
    name: 'Name',
    nameMissing: 'Bitte einen Namen angeben.',
    addsTo: (name) => `${name} ist schon aufgenommen; diese Bilder kommen hinzu.`,
    consent: 'Einwilligung (freiwillig)',
    consentHint: 'Wie und wann die Person zugestimmt hat. Bleibt bei der Person vermerkt.',
    again: 'Neu aufnehmen',
    save: 'Aufnehmen',
    done: (name) => `${name} ist aufgenommen.`,
  },
};
