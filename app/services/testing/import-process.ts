import { writeSync } from 'node:fs';
import { realApplication } from './real-application.ts';

// A process of its own, to be killed: imports a folder and prints each photo that it enrolled.
const [dataDir, root] = process.argv.slice(2) as [string, string];
await using app = realApplication(dataDir);
await app.dispatch(
  'enrollment.importFolder',
  { root },
  {
    onProgress: ({ item, outcome }) => {
      // Synchronous: what has been said was certainly said before the process died.
      if (outcome === 'enrolled') writeSync(1, `${item ?? ''}\n`);
    },
  },
);
