import type { Strings } from '../en.ts';

export const confidence: Strings['confidence'] = {
  named: {
    sure: (name) => name,
    probable: (name) => `Wahrscheinlich ${name}`,
    barely: (name) => `${name}?`,
  },
  steps: { sure: 'Sicher', probable: 'Wahrscheinlich', barely: 'Unsicher' },
  alsoNear: (names) => `Ebenfalls nahe: ${names.join(', ')}`,
};
