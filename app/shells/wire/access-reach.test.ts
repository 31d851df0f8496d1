import { commandNames } from '../../../contract/commands.ts';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { withTable } from '../../../scripts/security-table.mjs';

import { reachTable } from './access.ts';

test('the table of what commands may touch is in docs/security.md as the contract has it', async () => {
  const file = path.join(import.meta.dirname, '../../../docs/security.md');
  const text = readFileSync(file, 'utf8');
  expect(await withTable(text)).toBe(text);
});

test('has a row for every command, with who may call it and what it reaches', () => {
  const rows = reachTable().split('\n').slice(2);
  expect(rows).toHaveLength(commandNames.length);
  expect(rows).toContainEqual(
    '| `models.fetch` | window | – | – | `from` (address), the address that the catalog pins | – |',
  );
  expect(rows).toContainEqual(
    '| `backup.create` | window, program | – | `file` (file) | – | `file` |',
  );
});
