import type { Strings } from '../en.ts';

export const studio: Strings['studio'] = {
  title: 'Atelier',
};
