import type { Strings } from '../en.ts';

export const settings: Strings['settings'] = {
  title: 'Einstellungen',
};
