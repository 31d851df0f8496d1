/** Milliseconds between two reminders to the keeper, which a browser ends after half a minute. */
const REMINDER = 10_000;
/** Milliseconds for which an answer of the keeper is waited for. */
const PATIENCE = 5_000;

/**
 * What lets this window in. The page of the link has left it behind (app/shells/server/open-page.ts);
 * it is in the memory of this page and of the keeper, a service worker, and in no file. The keeper
 * gives it back when the window is loaded anew, and tells windows of one browser what a new link
 * has brought.
 */
class BrowserSession {
  /** Not there in private windows of some browsers; a link is needed again after a reload. */
  readonly #keepers: ServiceWorkerContainer | undefined = navigator.serviceWorker;
  #secret: string;
  /** Whether the server knows the secret, so that it is worth keeping. */
  admitted = true;

  constructor() {
    const left = globalThis as { likenessSession?: string };
    this.#secret = left.likenessSession ?? '';
    delete left.likenessSession;
    void this.#keep();
  }

  get secret(): string {
    return this.#secret;
  }

  /** Whether the server, which answers, still knows this window; null where it does not answer. */
  async isKnown(): Promise<boolean | null> {
    const headers = { authorization: `Session ${this.#secret}` };
    const answer = await fetch('./session', { headers, cache: 'no-store' }).catch(() => null);
    return answer === null ? null : answer.status !== 401;
  }

  /** Takes over what another window of this browser came in with. */
  async renew(): Promise<void> {
    const keeper = (await this.#keepers?.getRegistration('./'))?.active;
    if (!keeper) return;
    const kept = await new Promise<string | undefined>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data as string | undefined);
      setTimeout(resolve, PATIENCE);
      keeper.postMessage({}, [port2]);
    });
    this.#secret = kept ?? this.#secret;
  }

  async #keep(): Promise<void> {
    if (this.#secret === '' || this.#keepers === undefined) return;
    await this.#keepers.register('./keeper.js').catch(() => undefined);
    const { active } = await this.#keepers.ready;
    const remind = () => (this.admitted ? active?.postMessage({ keep: this.#secret }) : undefined);
    remind();
    setInterval(remind, REMINDER);
  }
}

export const session = new BrowserSession();
