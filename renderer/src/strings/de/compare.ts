import type { Strings } from '../en.ts';

export const compare: Strings['compare'] = {
  title: 'Vergleichen',
};
