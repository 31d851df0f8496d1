import type { Strings } from '../en.ts';

const degrees = (angle: number): string => `${Math.round(Math.abs(angle))}°`;

export const quality: Strings['quality'] = {
  small: ({ eyeDistance }) =>
    `Das Gesicht ist klein: ${Math.round(eyeDistance)} Pixel zwischen den Augen; besser sind 40 oder mehr.`,
  blurred: () => 'Das Gesicht ist unscharf: Bitte stillhalten oder ein schärferes Foto verwenden.',
  dark: () => 'Das Gesicht ist dunkel: Bitte zum Licht drehen.',
  bright: () => 'Das Gesicht ist zu hell: Bitte direktes Licht meiden.',
  flat: () => 'Das Gesicht hat wenig Kontrast: Bitte für weicheres, helleres Licht sorgen.',
  turned: ({ yaw }) =>
    `Das Gesicht ist um etwa ${degrees(yaw)} zur Seite gedreht; bitte in die Kamera schauen.`,
  raised: ({ pitch }) =>
    `Das Gesicht schaut um etwa ${degrees(pitch)} nach oben; bitte in die Kamera schauen.`,
  lowered: ({ pitch }) =>
    `Das Gesicht schaut um etwa ${degrees(pitch)} nach unten; bitte in die Kamera schauen.`,
  uncertain: () =>
    'Es ist nicht sicher, dass das ein Gesicht ist: Es kann verdeckt, abgeschnitten oder nur abgebildet sein.',
};
