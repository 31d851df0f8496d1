import type { Strings } from '../en.ts';

export const guide: Strings['guide'] = {
  title: 'Willkommen',
};
