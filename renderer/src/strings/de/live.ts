import type { Strings } from '../en.ts';

export const live: Strings['live'] = {
  title: 'Live',
};
