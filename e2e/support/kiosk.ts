import type { CommandInput } from '../../contract/commands.ts';
import { connect } from './client.ts';
import type { Server } from './server.ts';

export const PIN = '271828';

/** A server on the same data, started into the kiosk. */
export async function lockedServer(
  server: Server,
  kiosk: CommandInput<'settings.set'>['changes']['kiosk'] = {},
): Promise<Server> {
  {
    using client = await connect(server.link, server.code);
    await client.call('settings.set', { changes: { kiosk } });
    await client.call('kiosk.setPin', { pin: PIN });
  }
  return server.restart('--kiosk');
}
