import type { CommandInput, CommandName, CommandOutput } from '../../../../contract/commands.ts';
import { commands } from '../../../../contract/commands.ts';
import { LikenessError } from '../../../../contract/errors.ts';
import { run } from '../run.ts';
import type { CallOptions, Dispatch } from '../act.ts';
import type { Settings } from '../settings.ts';
import type { Sink, Terminal } from '../terminal.ts';

/** What stands in for the services: one function per command that a test expects. */
export type Fakes = {
  readonly [N in CommandName]?: (
    input: CommandInput<N>,
    options: CallOptions,
  ) => CommandOutput<N> | Promise<CommandOutput<N>>;
};

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Of the sessions that were opened, in order. */
  readonly settings: readonly Settings[];
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
  /** How many sessions are still open. */
  readonly open: number;
}

export interface Circumstances {
  readonly env?: Terminal['env'];
  readonly signal?: AbortSignal;
  /** The answer to every question; null: nobody is there. */
  readonly answer?: boolean | null;
}

/** Runs a command line in this process on fake services. */
export async function commandLine(
  argv: readonly string[],
  fakes: Fakes = {},
  circumstances: Circumstances = {},
): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const settings: Settings[] = [];
  const calls: { name: string; input: unknown }[] = [];
  let open = 0;
  const exitCode = await run(argv, {
    terminal: fakeTerminal(out, err, circumstances),
    openSession: (given) => {
      settings.push(given);
      open++;
      const dispatch = fakeDispatch(fakes, calls);
      return Promise.resolve({
        dispatch,
        subscribe: () => () => undefined,
        checkKey: () => null,
        [Symbol.asyncDispose]: () => {
          open--;
          return Promise.resolve();
        },
      });
    },
  });
  return { exitCode, stdout: out.join(''), stderr: err.join(''), settings, calls, open };
}

function fakeDispatch(fakes: Fakes, calls: { name: string; input: unknown }[]): Dispatch {
  return async (name, input, options = {}) => {
    calls.push({ name, input });
    const fake = fakes[name];
    if (fake === undefined) throw new LikenessError('internal', `${name} was not expected.`);
    const output = await fake(input, options);
    // A fake that does not keep to the contract proves nothing.
    commands[name].output.parse(output);
    return output;
  };
}

function fakeTerminal(
  out: string[],
  err: string[],
  { env = {}, signal = new AbortController().signal, answer = null }: Circumstances,
): Terminal {
  return {
    out: sink(out),
    err: sink(err),
    env,
    signal,
    confirm: () => Promise.resolve(answer),
    onEnter: () => null,
  };
}

const sink = (written: string[]): Sink => ({
  write: (text) => void written.push(text),
  interactive: false,
  color: false,
  stream: process.stderr,
});
