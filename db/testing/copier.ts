import { writeSync } from 'node:fs';
import { openStore } from '../store.ts';

// A process of its own, to be stopped or killed: makes a backup of a large database, or restores one.
const [dataDir, work, file] = process.argv.slice(2) as [string, 'backup' | 'restore', string];
const store = openStore({ dataDir });
writeSync(1, 'open\n');
if (work === 'backup') await store.backUp(file);
else await store.restore(file, new Date());
store.close();
writeSync(1, 'done\n');
