import type { Strings } from '../en.ts';

export const mixUp: Strings['mixUp'] = {
  reject: (name) => `Das ist nicht ${name}`,
  rejected: (name) => `Gemerkt. So ein Gesicht wird nicht wieder für ${name} gehalten.`,
  contradiction: (name) =>
    `Es ist einem Foto von ${name} näher als andere Fotos von ${name}: Bitte nachsehen, ob eines davon jemand anderen zeigt.`,
  takeBack: 'Rückgängig machen',
  takenBack: (name) => `Zurückgenommen. So ein Gesicht kann ${name} sein.`,
};
