// What the packages are made of, in bytes: the last line of `npm run package`.
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');

/** Bytes of a file or of everything below a folder; 0 where it is missing. */
export function sizeOf(place) {
  if (!existsSync(place)) return 0;
  if (!statSync(place).isDirectory()) return statSync(place).size;
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).size, 0);
}

const parts = {
  'the shell': ['dist/main.js', 'dist/preload.cjs'],
  'the model host': ['dist/host.js'],
  'the window': ['dist/renderer'],
  models: ['dist/models'],
  'sample photos': ['dist/samples'],
  'ONNX Runtime': ['node_modules/onnxruntime-node', 'node_modules/onnxruntime-common'],
  sharp: ['node_modules/sharp', 'node_modules/@img'],
  SQLite: ['node_modules/better-sqlite3'],
};

export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1).padStart(8)} MB`;

/** One line per part, then one per installer that is there. */
export function sizeReport(folder = root) {
  const rows = Object.entries(parts).map(([name, places]) => [
    name,
    places.reduce((sum, place) => sum + sizeOf(path.join(folder, place)), 0),
  ]);
  const packages = path.join(folder, 'dist', 'packages');
  const installers = existsSync(packages)
    ? readdirSync(packages).filter((name) => /\.(?:exe|dmg|AppImage|deb)$/u.test(name))
    : [];
  return [...rows, ...installers.map((name) => [name, sizeOf(path.join(packages, name))])]
    .map(([name, bytes]) => `${megabytes(bytes)}  ${name}`)
    .join('\n');
}

if (process.argv[1] === import.meta.filename) console.log(sizeReport());
