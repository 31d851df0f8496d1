import { api, type Connection, type Session } from '../api.ts';
import { proof } from './proof.svelte.ts';

/** Whether the shell can be reached, and what it is. */
class ConnectionState {
  #now = $state<Connection>('connecting');
  #session = $state.raw<Session>();

  get now(): Connection {
    return this.#now;
  }

  get session(): Session | undefined {
    return this.#session;
  }

  start(): void {
    api.start({
      connection: (now) => {
        // Every further attempt is lost as well.
        if (this.#now !== 'ended' || now !== 'lost') this.#now = now;
      },
      session: (session) => (this.#session = session),
      proof: proof.ask,
    });
  }
}

export const connection = new ConnectionState();
