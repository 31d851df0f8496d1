export const screens = [
  'live',
  'photos',
  'people',
  'compare',
  'studio',
  'calibrate',
  'activity',
  'settings',
  'kiosk',
] as const;
export type Screen = (typeof screens)[number];

/** Addresses of earlier versions that somebody may have kept. */
const former: Readonly<Record<string, Screen>> = { identify: 'photos' };

export interface Route {
  readonly screen: Screen;
  /** What follows the screen: `#/people/7` → `['7']`. */
  readonly rest: readonly string[];
}

export const parseRoute = (hash: string): Route => {
  const [name = '', ...rest] = hash.replace(/^#\/?/u, '').split('/').map(decode);
  const screen = screens.find((known) => known === (former[name] ?? name));
  return screen === undefined ? { screen: 'live', rest: [] } : { screen, rest };
};

/** People type addresses, too. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

export const hrefOf = (screen: Screen, ...rest: readonly (string | number)[]): string =>
  `#/${[screen, ...rest].map((part) => encodeURIComponent(part)).join('/')}`;
