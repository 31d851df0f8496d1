import { writeSync } from 'node:fs';
import { compose } from '../../compose.ts';
import { openKioskLock } from '../kiosk-lock.ts';
import { WindowConnection } from '../window-connection.ts';

// A process of its own, to be killed: a window of the real application locks the kiosk.
const [dataDir] = process.argv.slice(2) as [string];
const backend = compose({ dataDir, provider: 'cpu' });
const lock = await openKioskLock(backend, false);
const carrier = {
  congested: () => false,
  send: (message: { readonly kind: string; readonly kiosk?: boolean }) => {
    if (message.kind === 'session') writeSync(1, message.kiosk === true ? 'locked\n' : 'open\n');
  },
};
const connection = new WindowConnection({ backend, lock, shell: 'server', proof: null, carrier });
connection.open();
await connection.receive({ kind: 'lock' }, 1);
setInterval(() => undefined, 1000);
