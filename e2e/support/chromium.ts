import { existsSync } from 'node:fs';

/** The system's Chromium; the browsers that Playwright would download are not needed. */
export function findChromium(): string | undefined {
  const { LIKENESS_CHROMIUM } = process.env;
  const places = [
    LIKENESS_CHROMIUM ?? '',
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ];
  return places.find((place) => place !== '' && existsSync(place));
}

/** Nothing is fetched in the background; as root, in a container, Chromium cannot build its own sandbox. */
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
];

/** `camera`: a .mjpeg file that plays as the webcam, over and over; none where it is absent. */
export const chromiumArguments = (camera?: string): string[] => [
  ...QUIET,
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ...(camera === undefined
    ? []
    : [
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-video-capture=${camera}`,
      ]),
];
