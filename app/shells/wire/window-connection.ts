import type { EventListener } from '../../services/events.ts';
import { RpcServer } from '../../../foundation/rpc.ts';
import { ToShell, wireLimits, type ToWindow } from '../../../contract/wire.ts';
import type { CommandInput, CommandName } from '../../../contract/commands.ts';
import { LikenessError, toLikenessError, type ErrorCode } from '../../../contract/errors.ts';
import { mayHear, permitted, takesProof, type Caller, type Backend } from './access.ts';
import { requirePin, type KioskLock } from './kiosk-lock.ts';

/** One way to a window. */
export interface Carrier {
  readonly send: (message: ToWindow) => void;
  /** More is under way than the window takes: what can wait shall wait. */
  readonly congested: () => boolean;
}

/**
 * Answers go out at once. Progress and events of a window that cannot keep up wait, and of each
 * kind only the newest: nobody needs last second's preview.
 */
export class Outbox {
  readonly #carrier: Carrier;
  readonly #waiting = new Map<string, ToWindow>();

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
  }

  push(message: ToWindow): void {
    const topic = topicOf(message);
    if (message.kind === 'response') this.#waiting.delete(`progress ${message.id}`);
    if (topic !== null && (this.#waiting.size > 0 || this.#carrier.congested())) {
      this.#waiting.delete(topic);
      this.#waiting.set(topic, message);
    } else this.#carrier.send(message);
  }

  /** To be called whenever the window may have caught up. */
  flush(): void {
    for (const [topic, message] of this.#waiting) {
      if (this.#carrier.congested()) return;
      this.#waiting.delete(topic);
      this.#carrier.send(message);
    }
  }
}

/** Messages of the same topic replace each other; null: every one counts. */
function topicOf(message: ToWindow): string | null {
  if (message.kind === 'progress') return `progress ${message.id}`;
  if (message.kind !== 'event') return null;
  const { job } = (message.payload ?? {}) as { readonly job?: { readonly id?: number } };
  const { role } = (message.payload ?? {}) as { readonly role?: string };
  return `event ${message.name} ${job?.id ?? role ?? ''}`;
}

/** How a person proves beyond a session to be the owner. */
export interface SecondProof {
  /** `proof_needed`, saying by what: the PIN, or a code that is made and shown elsewhere. */
  readonly ask: () => Promise<LikenessError>;
  /** @throws LikenessError `proof_wrong`, `pin_wrong`, `pin_delayed`. */
  readonly check: (shown: string) => Promise<void>;
}

export interface ConnectionOptions {
  readonly backend: Backend;
  readonly lock: KioskLock;
  readonly shell: 'electron' | 'server';
  readonly carrier: Carrier;
  /** Null where nobody else could hold this end of the conversation. */
  readonly proof: SecondProof | null;
}

/** Milliseconds for which one proof is enough for the connection that gave it. */
const PROOF_LIFE = 5 * 60_000;

type Request = Extract<ToShell, { kind: 'request' }>;

/**
 * The shell's end of the conversation with one window (contract/wire.ts). Whatever arrives is
 * checked; what does not fit is answered with a code, and the conversation goes on.
 */
export class WindowConnection {
  readonly #backend: Backend;
  readonly #lock: KioskLock;
  readonly #shell: ConnectionOptions['shell'];
  readonly #outbox: Outbox;
  readonly #proof: SecondProof | null;
  #provenUntil = -Infinity;
  readonly #server = new RpcServer({
    post: (answer) => this.#send(answer),
    dataOf: (thrown) => toLikenessError(thrown).toData(),
  });
  #ends: readonly (() => void)[] = [];
  #bytesInFlight = 0;
  #lastId = 0;
  #closed = false;

  constructor({ backend, lock, shell, carrier, proof }: ConnectionOptions) {
    this.#backend = backend;
    this.#lock = lock;
    this.#shell = shell;
    this.#outbox = new Outbox(carrier);
    this.#proof = proof;
  }

  /** Says what this session is, and events from now on. */
  open(): void {
    this.#ends = [this.#backend.subscribe(this.#tell), this.#lock.onChange(() => this.#describe())];
    this.#describe();
  }

  /** The commands of requests that are not answered yet. */
  get pending(): readonly string[] {
    return this.#server.pending;
  }

  /**
   * Takes one message, whatever it is, that came as so many bytes. Throws nothing; resolves when a
   * request is answered and its bytes are needed no more.
   */
  async receive(message: unknown, bytes: number): Promise<void> {
    if (this.#closed) return;
    const parsed = ToShell.safeParse(message);
    if (!parsed.success) this.refuse('message_malformed', 'A message is not one of the contract.');
    else if (parsed.data.kind === 'request') await this.#request(parsed.data, bytes);
    else if (parsed.data.kind === 'cancel') this.#cancel(parsed.data.id);
    else void this.#lockKiosk();
  }

  /** Says that a message which could not be taken apart was left out. */
  refuse(code: ErrorCode, message: string): void {
    this.#send({ kind: 'refused', error: new LikenessError(code, message).toData() });
  }

  /** To be called whenever the window may have caught up. */
  flush(): void {
    this.#outbox.flush();
  }

  /** The window is gone: what it had asked for is stopped. */
  close(): void {
    this.#closed = true;
    for (const end of this.#ends) end();
    this.#server.cancelAll();
  }

  async #request(request: Request, bytes: number): Promise<void> {
    const { id } = request;
    if (id <= this.#lastId) {
      this.refuse('message_out_of_order', `The id ${id} of a request was used before.`);
      return;
    }
    this.#lastId = id;
    const obstacle = this.#obstacle(bytes);
    if (obstacle !== null) this.#server.refuse(id, obstacle);
    else await this.#carryOut(request, bytes);
  }

  #obstacle(bytes: number): LikenessError | null {
    const { messageBytes, bytesInFlight, inFlight } = wireLimits;
    if (bytes > messageBytes)
      return new LikenessError(
        'message_too_large',
        `A message of ${bytes} bytes is more than the limit of ${messageBytes}.`,
      );
    if (this.#server.pending.length < inFlight && this.#bytesInFlight + bytes <= bytesInFlight)
      return null;
    return new LikenessError(
      'too_many_requests',
      `${this.#server.pending.length} requests are not answered yet. Wait for one of them.`,
    );
  }

  async #carryOut({ id, command, input, proof }: Request, bytes: number): Promise<void> {
    this.#bytesInFlight += bytes;
    let name = null as CommandName | null;
    const answered = await this.#server.answer(id, command, async ({ signal, report }) => {
      name = permitted(this.#caller, command);
      if (takesProof(name, input)) await this.#requireProof(proof);
      const call = { signal, onProgress: report };
      return this.#backend.dispatch(name, input as CommandInput<CommandName>, call);
    });
    this.#bytesInFlight -= bytes;
    if (answered && name === 'kiosk.unlock') this.#lock.set(false);
  }

  async #requireProof(shown: string | undefined): Promise<void> {
    if (this.#proof === null || performance.now() < this.#provenUntil) return;
    if (shown === undefined) throw await this.#proof.ask();
    await this.#proof.check(shown);
    this.#provenUntil = performance.now() + PROOF_LIFE;
  }

  #cancel(id: number): void {
    if (id > this.#lastId)
      this.refuse('message_out_of_order', `There was no request ${id} to be cancelled.`);
    else this.#server.cancel(id);
  }

  async #lockKiosk(): Promise<void> {
    try {
      await requirePin(this.#backend);
      await this.#backend.dispatch('kiosk.lock', {});
      this.#lock.set(true);
    } catch (thrown) {
      const { code, message } = toLikenessError(thrown);
      this.refuse(code, message);
    }
  }

  get #caller(): Caller {
    return this.#lock.locked ? 'kiosk' : 'window';
  }

  readonly #tell: EventListener = (name, payload) => {
    if (mayHear(this.#caller, name)) this.#send({ kind: 'event', name, payload });
  };

  #describe(): void {
    // Whoever comes to an unlocked kiosk is not known for what was proved before.
    if (this.#lock.locked) this.#provenUntil = -Infinity;
    this.#send({ kind: 'session', shell: this.#shell, kiosk: this.#lock.locked });
  }

  #send(message: ToWindow): void {
    if (!this.#closed) this.#outbox.push(message);
  }
}
