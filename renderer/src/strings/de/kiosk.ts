import type { Strings } from '../en.ts';

export const kiosk: Strings['kiosk'] = {
  title: 'Kiosk',
};
