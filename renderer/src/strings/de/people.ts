import type { Strings } from '../en.ts';

export const people: Strings['people'] = {
  title: 'Personen',
};
