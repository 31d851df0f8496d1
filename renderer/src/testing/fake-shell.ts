import { errorCodes, type ErrorCode } from '../../../contract/errors.ts';
import type { Bridge, ToShell, ToWindow } from '../../../contract/wire.ts';
import type { CommandInput, CommandName, CommandOutput } from '../api.ts';

type Output<N extends CommandName> = CommandOutput<N> | Promise<CommandOutput<N>>;
type Answers = { [N in CommandName]?: (input: CommandInput<N>) => Output<N> };

/** A failure, as the shell would tell it. */
export class Refused extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, details: Readonly<Record<string, unknown>> = {}) {
    super(errorCodes[code]);
    this.code = code;
    this.details = details;
  }
}

/** The shell's end of the conversation: answers as a test says, and keeps what it was asked. */
export class FakeShell implements Bridge {
  /** Every request since `reset`. */
  asked: { readonly command: CommandName; readonly input: unknown }[] = [];
  /** What commands without an answer fail with. */
  fallback = new Refused('command_unknown');
  #answers: Answers = {};
  #tell: (message: ToWindow) => void = () => undefined;

  /** Forgets what was asked; from now on, these commands have these answers, and no others. */
  reset(answers: Answers = {}): void {
    this.asked = [];
    this.#answers = answers;
    this.fallback = new Refused('command_unknown');
  }

  /** The inputs of one command, in order. */
  inputsOf<N extends CommandName>(command: N): CommandInput<N>[] {
    return this.asked
      .filter((request) => request.command === command)
      .map(({ input }) => input as CommandInput<N>);
  }

  /** Tells the window something by itself. */
  say(message: ToWindow): void {
    this.#tell(message);
  }

  readonly listen = (listener: (message: ToWindow) => void): void => {
    this.#tell = listener;
  };

  readonly pathOf = (): string | null => null;

  readonly send = (message: ToShell): void => {
    if (message.kind === 'request') void this.#answer(message);
  };

  async #answer({ id, command, input }: Extract<ToShell, { kind: 'request' }>): Promise<void> {
    this.asked.push({ command: command as CommandName, input });
    try {
      const answer = this.#answers[command as CommandName] as
        ((input: unknown) => unknown) | undefined;
      if (answer === undefined) throw this.fallback;
      const value = await answer(input);
      this.#tell({ kind: 'response', id, result: { ok: true, value } });
    } catch (thrown) {
      const { code, message, details } = thrown as Refused;
      this.#tell({
        kind: 'response',
        id,
        result: { ok: false, error: { code, message, details } },
      });
    }
  }
}
