import { writeSync } from 'node:fs';
import { realApplication } from './real-application.ts';

// A process of its own, to be killed: adopts an encoder and prints a line per photo.
const [dataDir, id] = process.argv.slice(2) as [string, string];
await using app = realApplication(dataDir);
await app.dispatch('models.adopt', { id }, { onProgress: ({ done }) => writeSync(1, `${done}\n`) });
