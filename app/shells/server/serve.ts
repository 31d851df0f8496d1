import { LikenessError } from '../../../contract/errors.ts';
import type { Backend } from '../wire/access.ts';
import { openKioskLock } from '../wire/kiosk-lock.ts';
import { pagesFolder } from '../wire/pages.ts';
import { decideAddress, type AddressOptions } from './address.ts';
import { startServer, type RunningServer } from './server.ts';

/** Where Likeness listens unless another port is asked for, so that a browser knows it again. */
export const usualPort = 4617;

export interface ServeOptions extends Omit<AddressOptions, 'port'> {
  /** Undefined: the usual one, or any where that is taken. */
  readonly port: number | undefined;
  readonly kiosk: boolean;
  readonly dataDir: string;
  /** Shows a line to whoever started Likeness, and to nobody else. */
  readonly tell: (line: string) => void;
}

/** @throws LikenessError `port_in_use`, `address_refused`, `pin_missing`, and those of files. */
export async function serve(
  backend: Backend,
  { port, kiosk, dataDir, tell, ...options }: ServeOptions,
): Promise<RunningServer> {
  const lock = await openKioskLock(backend, kiosk);
  const start = (wanted: number): Promise<RunningServer> =>
    startServer({
      backend,
      lock,
      address: decideAddress({ ...options, port: wanted }),
      pages: pagesFolder,
      dataDir,
      tell,
    });
  if (port !== undefined) return start(port);
  try {
    return await start(usualPort);
  } catch (thrown) {
    if (thrown instanceof LikenessError && thrown.code === 'port_in_use') return start(0);
    throw thrown;
  }
}
