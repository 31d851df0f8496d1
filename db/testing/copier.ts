import path from 'node:path';
import { writeSync } from 'node:fs';
import { connect } from '../connection.ts';
import { migrations } from '../migrations/index.ts';
import { openStore } from '../store.ts';

// A process of its own, to be stopped or killed: copies a large database for one reason or another.
const [dataDir, work, file] = process.argv.slice(2) as [
  string,
  'backup' | 'restore' | 'update',
  string,
];
writeSync(1, 'open\n');
if (work === 'update') {
  const next = { version: migrations.length + 1, name: 'next', sql: 'CREATE TABLE next (x TEXT)' };
  connect(path.join(dataDir, 'likeness.db'), [...migrations, next]).close();
} else {
  const store = openStore({ dataDir });
  if (work === 'backup') await store.backUp(file);
  else await store.restore(file, new Date());
  store.close();
}
writeSync(1, 'done\n');
