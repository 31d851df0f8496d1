// Draws which room imports which into ARCHITECTURE.md, by dependency-cruiser: `npm run draw`. With --check,
// part of `npm run check`, it only says whether the drawing is that of the sources.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageBin } from './install.mjs';

const ROOMS = ['contract', 'foundation', 'native-models', 'db', 'app', 'renderer', 'bench', 'e2e'];

/** Pairs of rooms of which the first imports the second, from dependency-cruiser's own Mermaid text. */
export function edgesOf(mermaid) {
  const names = new Map(
    [...mermaid.matchAll(/^(\w+)\["([^"]+)"\]$/gm)].map(([, id, name]) => [id, name]),
  );
  return [...mermaid.matchAll(/^(\w+)-->(\w+)$/gm)].map(([, from, to]) => [
    names.get(from),
    names.get(to),
  ]);
}

/** Without arrows that a longer way says as well: `bench` sees `contract` through everything between. */
export function reduced(edges) {
  const targets = (room) => edges.filter(([from]) => from === room).map(([, to]) => to);
  const reaches = (from, to) => targets(from).some((next) => next === to || reaches(next, to));
  return edges.filter(
    ([from, to]) => !targets(from).some((next) => next !== to && reaches(next, to)),
  );
}

const drawing = (edges) =>
  ['```mermaid', 'flowchart TD', ...edges.map(([from, to]) => `  ${from} --> ${to}`), '```'].join(
    '\n',
  );

const PLACE = /```mermaid\n[^]*?\n```/;

function main(root, onlyCheck) {
  const depcruise = packageBin(root, 'dependency-cruiser');
  const rooms = `^(${ROOMS.join('|')})`;
  const mermaid = execFileSync(
    process.execPath,
    [depcruise, ...ROOMS, '--config', '.dependency-cruiser.cjs', '--output-type', 'mermaid'].concat(
      [...['--include-only', `${rooms}/`, '--collapse', rooms]],
    ),
    { cwd: root, encoding: 'utf8' },
  );
  const file = path.join(root, 'ARCHITECTURE.md');
  const before = readFileSync(file, 'utf8');
  const after = before.replace(PLACE, drawing(reduced(edgesOf(mermaid))));
  if (before === after) return 0;
  if (onlyCheck) {
    console.error('The drawing in ARCHITECTURE.md is not that of the sources. Run `npm run draw`.');
    return 1;
  }
  writeFileSync(file, after);
  return 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.exitCode = main(
    path.resolve(import.meta.dirname, '..'),
    process.argv.includes('--check'),
  );
