// Puts what every command may touch into docs/security.md: `node scripts/security-table.mjs`, with Node 24.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { reachTable } from '../app/shells/wire/access.ts';

const file = path.join(import.meta.dirname, '../docs/security.md');
const begin = '<!-- security-table.mjs: begin -->';
const end = '<!-- security-table.mjs: end -->';

/** The document with the table as the contract has it now. */
export async function withTable(text) {
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`docs/security.md has lost ${begin} or ${end}.`);
  const whole = `${before}${begin}\n\n${reachTable()}\n\n${end}${after}`;
  return format(whole, { ...(await resolveConfig(file)), filepath: file });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  writeFileSync(file, await withTable(readFileSync(file, 'utf8')));
