import type { Strings } from '../en.ts';

export const activity: Strings['activity'] = {
  title: 'Aktivität',
};
