/** The only file of the window that touches the bridge to the shell. */
import type { CommandInput, CommandName, CommandOutput } from '../../contract/commands.ts';
import type { EventName, EventPayload } from '../../contract/events.ts';
import type { Bridge } from '../../contract/wire.ts';
import {
  CallError,
  Conversation,
  stopped,
  type CallOptions,
  type Session,
} from './bridge/conversation.ts';
import { ShellSocket } from './bridge/socket.ts';

export { CallError, type CallOptions, type Session };
export type { CommandInput, CommandName, CommandOutput, EventName, EventPayload };

/** `ended`: the shell was started anew and does not know this window any more. */
export type Connection = 'connecting' | 'open' | 'lost' | 'ended';

type Listener<P> = (payload: P) => void;

class Api {
  #bridge: (Pick<Bridge, 'send'> & Partial<Bridge>) | undefined;
  #conversation: Conversation | undefined;
  #ready = Promise.withResolvers<Conversation>();
  #askForProof: (needed: CallError) => Promise<string | undefined> = () =>
    Promise.resolve(undefined);
  readonly #listeners = new Map<string, Set<Listener<never>>>();

  /** Connects; `heard` learns of the connection and of what the shell is. Called once. */
  start(heard: {
    connection: (now: Connection) => void;
    session: (now: Session) => void;
    /** Asks the person for the PIN or a code; undefined: they would rather not. */
    proof: (needed: CallError) => Promise<string | undefined>;
  }): void {
    this.#askForProof = heard.proof;
    const take = (conversation: Conversation) => {
      this.#conversation = conversation;
      this.#ready.resolve(conversation);
      heard.connection('open');
    };
    const begin = (bridge: Pick<Bridge, 'send'>) =>
      new Conversation(bridge, (message) => {
        if (message.kind === 'session') heard.session(message);
        else if (message.kind === 'event') this.#tell(message.name, message.payload);
        else console.warn(message.error.message);
      });

    const preload = (window as unknown as { likeness?: Bridge }).likeness;
    if (preload !== undefined) {
      this.#bridge = preload;
      const conversation = begin(preload);
      preload.listen((message) => conversation.take(message));
      take(conversation);
      return;
    }
    let conversation: Conversation | undefined;
    const socket: ShellSocket = new ShellSocket({
      open: () => {
        conversation = begin(socket);
        take(conversation);
      },
      message: (message) => conversation?.take(message),
      closed: () => {
        conversation?.end(disconnected);
        if (this.#conversation !== undefined) this.#ready = Promise.withResolvers();
        this.#conversation = undefined;
        heard.connection('lost');
      },
      ended: () => heard.connection('ended'),
    });
    this.#bridge = socket;
  }

  /**
   * Asks for one command of the contract; waits for the connection where there is none yet.
   *
   * @throws CallError as a rejection; `disconnected` where the connection broke meanwhile
   */
  async call<N extends CommandName>(
    command: N,
    input: CommandInput<N>,
    options: CallOptions = {},
  ): Promise<CommandOutput<N>> {
    const conversation = this.#conversation ?? (await this.#ready.promise);
    try {
      return (await conversation.request(command, input, options)) as CommandOutput<N>;
    } catch (error) {
      if (!asksForProof(error, options)) throw error;
      const proof = await this.#askForProof(error);
      if (proof === undefined) throw stopped();
      return this.call(command, input, { ...options, proof });
    }
  }

  /** Listens to an event of the contract; gives what ends it. */
  on<N extends EventName>(name: N, listener: Listener<EventPayload<N>>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Locks all windows into the kiosk; the session that follows says so. */
  lock(): void {
    this.#bridge?.send({ kind: 'lock' });
  }

  /** Where a dropped or picked file lies on the disk, where the shell may know. */
  pathOf(file: File): string | null {
    return this.#bridge?.pathOf?.(file) ?? null;
  }

  #tell(name: string, payload: unknown): void {
    for (const listener of this.#listeners.get(name) ?? []) listener(payload as never);
  }
}

/** Whether more than the session is wanted, or what was shown was not right. */
const asksForProof = (error: unknown, { proof }: CallOptions): error is CallError =>
  error instanceof CallError &&
  (error.code === 'proof_needed' ||
    (proof !== undefined && ['proof_wrong', 'pin_wrong', 'pin_delayed'].includes(error.code)));

const disconnected = {
  code: 'disconnected',
  message: 'The connection was lost.',
  details: {},
} as const;

export const api = new Api();
