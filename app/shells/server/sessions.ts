import { createHash } from 'node:crypto';
import { randomSecret, type Links } from './links.ts';

/** Milliseconds that a session outlives its last socket: a page that is loaded anew comes back. */
const SESSION_GRACE = 60_000;

interface Session {
  sockets: number;
  /** On the monotonic clock, in milliseconds; counts while there is no socket. */
  ends: number;
}

/**
 * Who may use this server: whoever came through a link. The secret of a session is known to its
 * page alone, which shows it in a header: unlike a cookie, a browser sends it to nobody by itself,
 * also not to another port of this machine.
 */
export class Sessions {
  readonly #links: Links;
  readonly #elapsed: () => number;
  /** By digest, so that a look-up takes no time that depends on how much of a secret is right. */
  readonly #sessions = new Map<string, Session>();

  /** @param elapsed milliseconds on a clock that nobody can set */
  constructor(links: Links, elapsed: () => number = () => performance.now()) {
    this.#links = links;
    this.#elapsed = elapsed;
  }

  /** The secret of a new session, where the token is that of an unused link; null otherwise. */
  begin(token: string): string | null {
    if (!this.#links.take(token)) return null;
    for (const [key, session] of this.#sessions)
      if (!this.#lives(session)) this.#sessions.delete(key);
    const secret = randomSecret();
    this.#sessions.set(digest(secret), { sockets: 0, ends: this.#elapsed() + SESSION_GRACE });
    return secret;
  }

  has(secret: string | undefined): boolean {
    return this.#find(secret) !== undefined;
  }

  /** Notes that a socket of this session is open; gives what notes its end. */
  hold(secret: string | undefined): () => void {
    const session = this.#find(secret);
    if (session === undefined) return () => undefined;
    session.sockets += 1;
    return () => {
      session.sockets -= 1;
      session.ends = this.#elapsed() + SESSION_GRACE;
    };
  }

  #find(secret: string | undefined): Session | undefined {
    if (secret === undefined) return undefined;
    const session = this.#sessions.get(digest(secret));
    return session !== undefined && this.#lives(session) ? session : undefined;
  }

  #lives({ sockets, ends }: Session): boolean {
    return sockets > 0 || ends >= this.#elapsed();
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64');
