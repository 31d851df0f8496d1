/** How sure a name is. */
export const confidence = {
  /** Beside a face, where there is room for little more than the name. */
  named: {
    sure: (name: string) => name,
    probable: (name: string) => `Probably ${name}`,
    barely: (name: string) => `${name}?`,
  },
  steps: { sure: 'Sure', probable: 'Probable', barely: 'Not sure' },
  alsoNear: (names: readonly string[]) => `Also near: ${names.join(', ')}`,
};
