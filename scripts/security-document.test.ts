import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..');
const read = (name: string) => readFileSync(path.join(root, name), 'utf8');

/** `| … | \`file\`: \`words in it\` … | \`test file\`: \`words of its title\` |` */
const rows = read('docs/security.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('`: `'))
  .map((line) => Array.from(line.matchAll(/`([^`]+\.(?:ts|yml|json))`: `([^`]+)`/gu)));

test('every row names code and a test that are there', () => {
  const missing = rows.flatMap((row) =>
    row
      .map(([, file, words]) => ({ file: file!, words: words! }))
      .filter(
        ({ file, words }) => !existsSync(path.join(root, file)) || !read(file).includes(words),
      ),
  );
  expect(missing).toEqual([]);
});

test("all twenty items of Electron's checklist have a row, each with a test", () => {
  const numbers = [...read('docs/security.md').matchAll(/^\| (\d+) +\|/gmu)].map(([, n]) =>
    Number(n),
  );
  expect(numbers).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  for (const row of rows) {
    expect(row.length).toBeGreaterThanOrEqual(2);
    expect(row.at(-1)![1]).toMatch(/\.(?:test|spec)\.ts$/u);
  }
});
