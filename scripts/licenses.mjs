import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { StartError } from './start-error.mjs';

/** What a license refers to, so that its own text is not all of it: the LGPL is an addition to the GPL. */
const REFERRED = { 'LGPL-3.0-or-later': ['GPL-3.0-or-later'], 'LGPL-3.0': ['GPL-3.0'] };

/** Words of the notices that are no SPDX identifiers. */
const BY_WORDS = {
  'Boost-1.0': ['BSL-1.0'],
  'CC BY 4.0': ['CC-BY-4.0'],
  'BSD and alike': ['BSD-2-Clause', 'BSD-3-Clause', 'FTL', 'HPND-sell-variant', 'libtiff'],
  'libpng, zlib, IJG': ['libpng-2.0', 'Zlib', 'IJG'],
};

/** Rows of the tables of THIRD_PARTY_NOTICES.md as cells. */
const rowsOf = (/** @type {string} */ notices) =>
  notices
    .split('\n')
    .filter(
      (line) => line.startsWith('| ') && !/^\| (?:-|package|model |what |license )/.test(line),
    )
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );

/**
 * Packages of the notices; a name may end in `*`.
 *
 * @param {string} notices
 * @returns {{ name: string, license: string, author: string }[]}
 */
export const noticedPackages = (notices) =>
  rowsOf(notices)
    .filter(([name, version]) => /^`[^`]+`$/.test(name) && /^\d/.test(version))
    .map(([name, , license, author = '']) => ({ name: name.slice(1, -1), license, author }));

/** The SPDX identifiers of licenses in words such as "MIT; on Windows with libvips, LGPL-3.0-or-later". */
export function identifiersIn(words) {
  const known = spdxNames();
  const named = Object.entries(BY_WORDS).flatMap(([key, ids]) => (words.includes(key) ? ids : []));
  const spelled = words.split(/[^\w.+-]+/).map((word) => word.replace(/\.$/, ''));
  const own = [...named, ...spelled.filter((word) => known.has(word))];
  return [...new Set(own.flatMap((id) => [id, ...(REFERRED[id] ?? [])]))];
}

const spdx = createRequire(import.meta.url);
const spdxFolder = () =>
  path.join(path.dirname(spdx.resolve('spdx-license-list/package.json')), 'licenses');

let names;
const spdxNames = () =>
  (names ??= new Set(readdirSync(spdxFolder()).map((file) => file.replace(/\.json$/, ''))));

/** The full text of a license, as the SPDX list has it. */
const spdxText = (id) =>
  JSON.parse(readFileSync(path.join(spdxFolder(), `${id}.json`), 'utf8')).licenseText;

/** Files of a package that are its license or say whose it is; the table of libvips' parts is in its README. */
const isLicense = (file, name) =>
  /^(?:licen[cs]e|copying|notice|copyright|third-?party)/i.test(file) ||
  (name.startsWith('@img/sharp-libvips-') && /^readme/i.test(file));

/** License files of an installed package, also those of what it has taken in. */
function filesOf(folder, name) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isLicense(entry.name, name))
    .map(({ parentPath, name: file }) => path.join(parentPath, file))
    .filter((file) => !path.relative(folder, file).includes('node_modules'))
    .sort();
}

/** Where a package lies; the platforms that share a row are represented by those installed here. */
function foldersOf(root, name) {
  if (!name.endsWith('*')) return [path.join(root, 'node_modules', name)];
  const [scope, start] = name.slice(0, -1).split('/');
  const above = path.join(root, 'node_modules', scope);
  const own = (file) =>
    file.startsWith(start) && (start.includes('libvips') || !file.includes('libvips'));
  return existsSync(above)
    ? readdirSync(above)
        .filter(own)
        .map((file) => path.join(above, file))
    : [];
}

/**
 * The full license texts of everything that THIRD_PARTY_NOTICES.md names, by the files that they
 * go into: `packages/<name>.txt` with what the package itself brings, or where it brings none its
 * license by name and author; `texts/<SPDX identifier>.txt` of every license that the notices mention.
 *
 * @returns {Map<string, string>}
 */
export function licenseTexts(root) {
  const notices = readFileSync(path.join(root, 'THIRD_PARTY_NOTICES.md'), 'utf8');
  const texts = new Map();
  for (const { name, license, author } of noticedPackages(notices)) {
    const text = packageText(root, name, license, author);
    if (text === '')
      throw new StartError(`No text of the license of ${name} (${license}) was found.`);
    texts.set(`packages/${name.replace('/', '+').replace('*', 'all')}.txt`, text);
  }
  const words = rowsOf(notices).flat();
  for (const id of new Set(['MIT', ...words.flatMap((cell) => identifiersIn(cell))]))
    texts.set(`texts/${id}.txt`, spdxText(id));
  return texts;
}

function packageText(root, name, license, author) {
  const folders = foldersOf(root, name);
  const own = folders.flatMap((folder) => filesOf(folder, name));
  const isWhole = own.some((file) => /licen[cs]e|copying/i.test(path.basename(file)));
  const ids = identifiersIn(license);
  // A package under the LGPL may bring that text and leave the GPL to others.
  const missing = isWhole ? ids.filter((id) => /^L?GPL/.test(id)) : ids;
  const holder = author === '' ? `the authors of ${name}` : author;
  return [
    ...own.map((file) => section(path.basename(file), readFileSync(file, 'utf8'))),
    ...missing.map((id) =>
      section(
        `${name}: ${id}`,
        spdxText(id).replace(/<year> <(?:copyright holders|owner)>/g, holder),
      ),
    ),
  ].join('\n');
}

const section = (title, text) => `${title}\n${'-'.repeat(72)}\n\n${text.trim()}\n`;
