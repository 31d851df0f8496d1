import type { Strings } from '../en.ts';

export const identify: Strings['identify'] = {
  title: 'Erkennen',
};
