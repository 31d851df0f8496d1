import type { Strings } from '../en.ts';

export const calibrate: Strings['calibrate'] = {
  title: 'Kalibrieren',
};
