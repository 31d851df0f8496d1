// Finds British spellings in code, documents and the English window: `node scripts/spelling.mjs`, part of
// `npm run check`. One spelling for one word, as names of the code and of its options are searched for.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const STEMS =
  'analy|author|capital|categor|character|custom|emphas|equal|final|general|initial|item|local|maxim|memor|minim|' +
  'modern|normal|optim|organ|orthogonal|parallel|penal|quant|random|rasteri|real|recogn|regular|serial|special|' +
  'stabil|standard|summar|symbol|synchron|synthes|token|util|vector|visual';

/** Parts of words, as identifiers join them: `tocolourspace` counts as well. */
const BRITISH = new RegExp(
  [
    `(?:${STEMS})i?s(?:e(?!s\\b|r\\b)|ed|er|ers|ing|ation|ations)(?![a-z])`,
    'analys(?:e|ed|er|ing)(?![a-z])',
    '(?:behavi|col|fav|flav|harb|hon|hum|lab|neighb|rum|vap)our',
    'enrol(?!l)',
    'licence',
    '(?:cent|fib|lit|met|millimet|kilomet|theat)re(?![a-z])|centring|centred',
    '(?<!\\p{L})grey',
    'catalogue|dialogue|(?<!un)programme(?!d|r)',
    '(?:label|model|signal|travel|tunnel|counsel|total)l(?:ed|ing|er|ers)(?!by)(?![a-z])',
    'defence|offence|artefact|judgement|misspelt|whilst|(?<!\\p{L})towards|learnt(?!\\p{L})|aluminium',
  ].join('|'),
  'giu',
);

/** What is spelled so elsewhere, or was written so by an earlier version and goes on being read. */
const ALLOWED = new Map([
  ['THIRD_PARTY_NOTICES.md', /@img\/colour/gu],
  ['app/shells/wire/access.ts', /enrolment\.(?:enrol|importFolder)/gu],
  ['app/shells/wire/access.test.ts', /enrolment\.enrol/gu],
  ['contract/manifest.ts', /'licence'|\blicence\b/gu],
  ['db/migrate.test.ts', /unrecognised/gu],
  ['db/migrations/0009-american-codes.ts', /unrecognised/gu],
  ['native-models/catalog/import/import-model.test.ts', /\blicence\b/gu],
  ['native-models/catalog/import/read.ts', /'licence'/gu],
  ['native-models/style/checkpoint.ts', /optimiser/gu],
  ['native-models/style/checkpoint.test.ts', /optimiser/gu],
  ['scripts/packaging.test.ts', /@img\/colour/gu],
  ['scripts/spelling.mjs', /[^]*/gu],
  ['scripts/spelling.test.ts', /[^]*/gu],
]);

const READ = /\.(?:ts|mjs|cjs|js|svelte|css|html|md|json|ya?ml)$/u;
const SKIPPED = /^(?:package-lock\.json$|renderer\/src\/strings\/de)/u;

/** `line: word` of every British spelling in a text. */
export const britishIn = (text) =>
  text
    .split('\n')
    .flatMap((line, index) => (line.match(BRITISH) ?? []).map((word) => `${index + 1}: ${word}`));

/** `file:line: word` of every British spelling of the repository. */
export function british(root) {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  return files
    .split('\0')
    .filter((file) => READ.test(file) && !SKIPPED.test(file))
    .flatMap((file) => {
      const allowed = ALLOWED.get(file);
      const text = readFileSync(path.join(root, file), 'utf8');
      const rest = allowed === undefined ? text : text.replace(allowed, '');
      return britishIn(rest).map((found) => `${file}:${found}`);
    });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const found = british(path.resolve(import.meta.dirname, '..'));
  for (const line of found) console.error(`British spelling: ${line}`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
