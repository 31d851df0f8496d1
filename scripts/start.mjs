import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {Readonly<Record<string, string | undefined>>} Environment
 * @typedef {(file: string) => boolean} Exists
 * @typedef {{ how: 'electron' | 'browser' | 'link', program: string | null, sentence: string }} Start
 */

/**
 * How `npm start` shows the window, and the one line that says so and why: under Electron where its
 * binary is, else in a Chromium of the system, else by a link.
 *
 * @param {{ root: string, platform: string, env: Environment, exists?: Exists }} machine
 * @returns {Start}
 */
export function decideStart({ root, platform, env, exists = existsSync }) {
  const display = hasDisplay(platform, env);
  const electron = findElectron(root, platform, env, exists);
  const browser = findBrowser(platform, env, exists);
  if (!display)
    return start('link', null, 'there is no display here, so open the link in a browser:');
  if (electron !== null)
    return start('electron', electron, `a window of its own, as Electron is here (${electron}).`);
  const missing = 'the Electron binary is not installed';
  return browser === null
    ? start('link', null, `${missing} and no Chromium, Chrome or Edge was found; open the link:`)
    : start('browser', browser, `a window of ${browser}, as ${missing}.`);
}

/** @returns {Start} */
const start = (how, program, reason) => ({ how, program, sentence: `Likeness: ${reason}` });

/**
 * @param {string} platform
 * @param {Environment} env
 */
export function hasDisplay(platform, env) {
  if (platform === 'win32' || platform === 'darwin') return true;
  return Boolean(env.DISPLAY) || Boolean(env.WAYLAND_DISPLAY);
}

/**
 * The binary that the npm package has fetched, or one of the same major that the user has.
 *
 * @param {string} root
 * @param {string} platform
 * @param {Environment} env
 * @param {Exists} exists
 */
export function findElectron(root, platform, env, exists = existsSync) {
  const folder = path.join(root, 'node_modules', 'electron');
  const names = {
    darwin: 'Electron.app/Contents/MacOS/Electron',
    win32: 'electron.exe',
  };
  const name = names[platform] ?? 'electron';
  const fetched = env.ELECTRON_OVERRIDE_DIST_PATH ?? path.join(folder, 'dist');
  const files = [
    path.join(fetched, name),
    ...inPath(platform === 'win32' ? name : 'electron', env),
  ];
  // npm puts a script of that name on the path, which would try to download the binary.
  return files.find((file) => exists(file) && !isScript(file)) ?? null;
}

function isScript(file) {
  if (file.includes(`node_modules${path.sep}.bin`)) return true;
  try {
    return readFileSync(file, { encoding: 'latin1', flag: 'r' }).slice(0, 2) === '#!';
  } catch {
    return false;
  }
}

/**
 * A Chromium-like browser; the names are those of app/shells/server/browser.ts.
 *
 * @param {string} platform
 * @param {Environment} env
 * @param {Exists} exists
 */
export function findBrowser(platform, env, exists = existsSync) {
  if (platform === 'darwin')
    return (
      ['Google Chrome', 'Chromium', 'Microsoft Edge']
        .map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`)
        .find((file) => exists(file)) ?? null
    );
  if (platform === 'win32')
    return (
      ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe']
        .flatMap((name) =>
          [env.ProgramFiles, env['ProgramFiles(x86)'], env.LOCALAPPDATA]
            .filter(Boolean)
            .map((folder) => path.win32.join(folder, name)),
        )
        .find((file) => exists(file)) ?? null
    );
  return (
    ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']
      .flatMap((name) => inPath(name, env))
      .find((file) => exists(file)) ?? null
  );
}

const inPath = (name, env) =>
  (env.PATH ?? '')
    .split(path.delimiter)
    .filter(Boolean)
    .map((folder) => path.join(folder, name));

/**
 * The command line that carries it out, for Node or for Electron.
 *
 * @param {Start} decision
 * @param {string} root
 * @param {readonly string[]} args
 * @param {boolean} asRoot Chromium's sandbox does not start for root
 * @returns {{ program?: string, args: string[] }}
 */
export function startLine({ how, program }, root, args, asRoot) {
  const dist = (file) => path.join(root, 'dist', file);
  if (how === 'electron')
    return { program, args: [...(asRoot ? ['--no-sandbox'] : []), dist('main.js'), ...args] };
  const open = how === 'browser' ? ['--open', '--browser', program] : [];
  return { args: [dist('cli.js'), 'serve', ...open, ...args] };
}
