import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

// Figures of the house: how many files there are, how long they are, who imports them, what is said
// twice, and how many files take part in an identification and in a painting.
//
//   node scripts/house.mjs [root of a checkout] [--trace | --journeys]
//
// With --trace both journeys run for real, from source, and every file in which a function ran is
// counted, in the shell and in the hosts. The checkout must be built (models) and installed. With
// --journeys the files that ARCHITECTURE.md names for each journey are held against that trace.

const ROOMS = ['contract', 'foundation', 'native-models', 'app', 'db'];
const SHARED_LINES = 6;

const args = process.argv.slice(2);
const root = path.resolve(args.find((word) => !word.startsWith('--')) ?? '.');
const isSource = (file) =>
  /\.ts$/.test(file) && !/(\.test|\.d)\.ts$/.test(file) && !/(^|\/)testing\//.test(file);

const files = ROOMS.filter((room) => existsSync(path.join(root, room)))
  .flatMap((room) =>
    readdirSync(path.join(root, room), { recursive: true }).map((file) => path.join(room, file)),
  )
  .filter(isSource)
  .sort();
const texts = new Map(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));

const lengths = files.map((file) => texts.get(file).split('\n').length - 1).sort((a, b) => a - b);
const quantile = (q) => lengths[Math.min(lengths.length - 1, Math.floor(q * lengths.length))];

/** Files that exactly one other source file imports. */
function singleImporters() {
  const importers = new Map(files.map((file) => [file, new Set()]));
  for (const [file, text] of texts)
    for (const [, target] of text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g))
      importers.get(path.join(path.dirname(file), target))?.add(file);
  return [...importers.values()].filter(({ size }) => size === 1).length;
}

/** Stretches of six or more lines that stand in two places; imports and lines of one sign do not count. */
function sharedPlaces() {
  const seen = new Map();
  const places = new Set();
  for (const [file, text] of texts) {
    const lines = text
      .replace(/^(import|export)[^;]*? from '[^']*'[^;]*;$/gm, '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.length > 2 && !/^(\*|\/\/|\/\*)/.test(line));
    let end = -1;
    for (let at = 0; at + SHARED_LINES <= lines.length; at++) {
      const stretch = lines.slice(at, at + SHARED_LINES).join('\n');
      const first = seen.get(stretch);
      if (first === undefined) seen.set(stretch, `${file}:${at}`);
      else if (at > end) places.add(`${first} = ${file}:${at}`);
      if (first !== undefined) end = at + SHARED_LINES;
    }
  }
  return places.size;
}

/** Files in which a function ran, by journey. Module code that merely loads does not count. */
function trace(words, data) {
  const coverage = mkdtempSync(path.join(tmpdir(), 'likeness-house-'));
  const run = spawnSync(
    process.execPath,
    [path.join(root, 'app/shells/cli/main.ts'), ...words, '--data-dir', data],
    { cwd: root, env: { ...process.env, NODE_V8_COVERAGE: coverage }, encoding: 'utf8' },
  );
  if (run.status !== 0) throw new Error(`likeness ${words.join(' ')}: ${run.stderr}`);
  const touched = new Set();
  for (const report of readdirSync(coverage)) {
    const { result } = JSON.parse(readFileSync(path.join(coverage, report), 'utf8'));
    for (const { url, functions } of result) {
      const file = url.startsWith('file:') ? path.relative(root, fileURLToPath(url)) : '';
      const ran = functions.some(
        ({ functionName, ranges }) => functionName !== '' && ranges[0].count > 0,
      );
      if (texts.has(file) && ran) touched.add(file);
    }
  }
  rmSync(coverage, { recursive: true });
  return touched;
}

/** What each journey touched, by the word that the document calls it by. */
function journeys() {
  const photos = path.join(root, 'node_modules/@vladmandic/face-api/demo');
  const data = mkdtempSync(path.join(tmpdir(), 'likeness-house-'));
  try {
    const photo = path.join(photos, 'sample5.jpg');
    const painting = path.join(data, 'painting.png');
    return {
      Enroll: trace(['enroll', 'Ada', photo, '--largest'], data),
      Identify: trace(['identify', photo], data),
      Paint: trace(['stylize', photo, photo, '--steps', '2', '--size', '64', '-o', painting], data),
    };
  } finally {
    rmSync(data, { recursive: true });
  }
}

const counted = ({ Identify, Paint }) => [
  ['files that take part in an identification', Identify.size],
  ['files that take part in a painting', Paint.size],
];

/** A journey of the document may name so many files. */
const MOST_NAMED = 12;

/** What is wrong with the journeys of ARCHITECTURE.md; empty where all that they name takes part. */
function wrongJourneys() {
  const document = readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8');
  return Object.entries(journeys()).flatMap(([name, touched]) => {
    const [, text] = document.split(new RegExp(`^\\d\\. \\*\\*${name}\\.\\*\\* `, 'm'));
    const [own] = (text ?? '').split(/^\d\. |^#/m);
    const named = [...own.matchAll(/`([^`]+\.ts)`/g)].map(([, file]) => file);
    console.log(`${name}: ${named.length} files named, ${touched.size} took part`);
    return [
      ...(named.length === 0 || named.length > MOST_NAMED ? [`${name} names ${named.length}`] : []),
      ...named.filter((file) => !touched.has(file)).map((file) => `${name}: ${file} did not run`),
    ];
  });
}

if (args.includes('--journeys')) {
  const wrong = wrongJourneys();
  for (const sentence of wrong) console.error(sentence);
  process.exit(wrong.length === 0 ? 0 : 1);
}

const figures = [
  ['source files', files.length],
  ...ROOMS.map((room) => [`  ${room}`, files.filter((file) => file.startsWith(`${room}/`)).length]),
  ['lines, median', quantile(0.5)],
  ['lines, 90th percentile', quantile(0.9)],
  ['lines in all', lengths.reduce((sum, length) => sum + length, 0)],
  ['files with a single importer', singleImporters()],
  [`places that share ${SHARED_LINES} or more lines`, sharedPlaces()],
  ...(args.includes('--trace') ? counted(journeys()) : []),
];
for (const [name, figure] of figures) console.log(`${name.padEnd(46)} ${figure}`);
