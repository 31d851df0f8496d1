import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Who may use the pages of this server: whoever came through the link that was printed. The token
 * of the link is random per start; a browser that shows it gets a session of its own.
 */
export class Sessions {
  readonly token = randomBytes(32).toString('base64url');
  /** Digests, so that a look-up takes no time that depends on how much of an id is right. */
  readonly #known = new Set<string>();

  /** The id of a new session, where the token is ours; null otherwise. */
  begin(token: string): string | null {
    if (!timingSafeEqual(digest(token), digest(this.token))) return null;
    const id = randomBytes(32).toString('base64url');
    this.#known.add(digest(id).toString('hex'));
    return id;
  }

  has(id: string | undefined): boolean {
    return id !== undefined && this.#known.has(digest(id).toString('hex'));
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
