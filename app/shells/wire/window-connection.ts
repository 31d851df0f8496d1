import type { CommandInput, CommandName } from '../../contract/commands.ts';
import { LikenessError, toLikenessError, type ErrorCode } from '../../contract/errors.ts';
import { ToShell, wireLimits, type ToWindow } from '../../contract/wire.ts';
import { mayHear, permitted, type Caller } from './access.ts';
import type { Backend, EventListener } from './backend.ts';
import { requirePin, type KioskLock } from './kiosk-lock.ts';
import { Outbox, type Carrier } from './outbox.ts';

export interface ConnectionOptions {
  readonly backend: Backend;
  readonly lock: KioskLock;
  readonly shell: 'electron' | 'server';
  readonly carrier: Carrier;
}

type Request = Extract<ToShell, { kind: 'request' }>;

/**
 * The shell's end of the conversation with one window (app/contract/wire.ts). Whatever arrives is
 * checked; what does not fit is answered with a code, and the conversation goes on.
 */
export class WindowConnection {
  readonly #backend: Backend;
  readonly #lock: KioskLock;
  readonly #shell: ConnectionOptions['shell'];
  readonly #outbox: Outbox;
  readonly #inFlight = new Map<
    number,
    { readonly command: string; readonly controller: AbortController }
  >();
  #ends: readonly (() => void)[] = [];
  #bytesInFlight = 0;
  #lastId = 0;
  #closed = false;

  constructor({ backend, lock, shell, carrier }: ConnectionOptions) {
    this.#backend = backend;
    this.#lock = lock;
    this.#shell = shell;
    this.#outbox = new Outbox(carrier);
  }

  /** Says what this session is, and events from now on. */
  open(): void {
    this.#ends = [this.#backend.subscribe(this.#tell), this.#lock.onChange(() => this.#describe())];
    this.#describe();
  }

  /** The commands of requests that are not answered yet. */
  get pending(): readonly string[] {
    return [...this.#inFlight.values()].map(({ command }) => command);
  }

  /** Takes one message, whatever it is, that came as so many bytes. Throws nothing. */
  receive(message: unknown, bytes: number): void {
    if (this.#closed) return;
    const parsed = ToShell.safeParse(message);
    if (!parsed.success) this.refuse('message_malformed', 'A message is not one of the contract.');
    else if (parsed.data.kind === 'request') this.#request(parsed.data, bytes);
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
    for (const { controller } of this.#inFlight.values()) controller.abort();
  }

  #request({ id, command, input }: Request, bytes: number): void {
    if (id <= this.#lastId) {
      this.refuse('message_out_of_order', `The id ${id} of a request was used before.`);
      return;
    }
    this.#lastId = id;
    const obstacle = this.#obstacle(bytes);
    if (obstacle !== null) this.#fail(id, obstacle);
    else void this.#carryOut(id, command, input, bytes);
  }

  #obstacle(bytes: number): LikenessError | null {
    const { messageBytes, bytesInFlight, inFlight } = wireLimits;
    if (bytes > messageBytes)
      return new LikenessError(
        'message_too_large',
        `A message of ${bytes} bytes is more than the limit of ${messageBytes}.`,
      );
    if (this.#inFlight.size < inFlight && this.#bytesInFlight + bytes <= bytesInFlight) return null;
    return new LikenessError(
      'too_many_requests',
      `${this.#inFlight.size} requests are not answered yet. Wait for one of them.`,
    );
  }

  async #carryOut(id: number, command: string, input: unknown, bytes: number): Promise<void> {
    const controller = new AbortController();
    this.#inFlight.set(id, { command, controller });
    this.#bytesInFlight += bytes;
    try {
      const name = permitted(this.#caller, command);
      const value = await this.#backend.dispatch(name, input as CommandInput<CommandName>, {
        signal: controller.signal,
        onProgress: (progress) => this.#send({ kind: 'progress', id, progress }),
      });
      this.#send({ kind: 'response', id, result: { ok: true, value } });
      if (name === 'kiosk.unlock') this.#lock.set(false);
    } catch (thrown) {
      this.#fail(id, toLikenessError(thrown));
    } finally {
      this.#inFlight.delete(id);
      this.#bytesInFlight -= bytes;
    }
  }

  #cancel(id: number): void {
    if (id > this.#lastId)
      this.refuse('message_out_of_order', `There was no request ${id} to be cancelled.`);
    else this.#inFlight.get(id)?.controller.abort();
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
    this.#send({ kind: 'session', shell: this.#shell, kiosk: this.#lock.locked });
  }

  #fail(id: number, error: LikenessError): void {
    this.#send({ kind: 'response', id, result: { ok: false, error: error.toData() } });
  }

  #send(message: ToWindow): void {
    if (!this.#closed) this.#outbox.push(message);
  }
}
