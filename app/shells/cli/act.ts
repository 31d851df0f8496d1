import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import type { Application } from '../compose.ts';
import type { Backend } from '../wire/access.ts';
import { readSettings, type Settings } from './settings.ts';
import type { CommandInput, CommandName, CommandOutput } from '../../../contract/commands.ts';
import type { LikenessError } from '../../../contract/errors.ts';
import { paintFor, type Paint } from './output/text.ts';
import { createProgress } from './output/progress.ts';
import type { Terminal } from './terminal.ts';

export type { CallOptions } from '../../services/context.ts';

/** Carries out one command of the contract. Errors: LikenessError. */
export type Dispatch = Backend['dispatch'];

type OpenSession = (settings: Settings) => Promise<Application>;

/** What a command has to say, once for programs and once for people. */
export interface Answer {
  readonly json: object;
  /** Without the last line break; empty: nothing to say. */
  readonly text: (paint: Paint) => string;
  /** The command did its work, and what it found is bad: exit 1, the error beside the answer. */
  readonly failure?: LikenessError;
}

export interface CommandContext {
  readonly settings: Settings;
  readonly terminal: Terminal;
  /** Carries out a command of the contract; shows its progress and its warnings. */
  readonly dispatch: <N extends CommandName>(
    name: N,
    input: CommandInput<N>,
  ) => Promise<CommandOutput<N>>;
  /** The services themselves, for a command that hands them on. */
  readonly session: () => Promise<Application>;
}

/** Null: the command has said itself what there was to say. */
type Body<A extends readonly unknown[]> = (
  context: CommandContext,
  ...args: A
) => Promise<Answer | null>;

/** Makes a command's body into what commander calls. */
export type Act = <A extends readonly unknown[]>(
  body: Body<A>,
  options?: ActOptions,
) => (...args: A) => Promise<void>;

interface ActOptions {
  /** Works in a new data folder that is deleted afterwards. */
  readonly throwAwayData?: boolean;
  /** Says itself how far it is. */
  readonly ownProgress?: boolean;
}

export interface Surroundings {
  readonly terminal: Terminal;
  readonly openSession: OpenSession;
}

/** `finish` is told the exit code of a command that answered. */
export function createAct(
  program: Command,
  { terminal, openSession }: Surroundings,
  finish: (exitCode: number) => void,
): Act {
  return (body, { throwAwayData = false, ownProgress = false } = {}) =>
    async (...args) => {
      const given = await readSettings(program, terminal.env);
      await using scratch = throwAwayData ? await scratchFolder() : null;
      const settings = scratch === null ? given : { ...given, dataDir: scratch.path };
      await using sessions = openedOnDemand(() => openSession(settings));
      const quiet = settings.quiet || ownProgress;
      const dispatch = dispatcher({ ...settings, quiet }, terminal, sessions);
      const context = { settings, terminal, dispatch, session: () => sessions.get() };
      await checkOutputs(args, settings);
      const answer = await body(context, ...args);
      if (answer !== null) print(answer, settings, terminal);
      finish(answer?.failure === undefined ? 0 : 1);
    };
}

/** Options that name a file to write, and whether the folders above it are made. */
const OUTPUTS = {
  report: true,
  annotate: true,
  csv: false,
  output: false,
  preview: false,
} as const;

/** Before any work: a file that would be lost, or cannot be written, is said at once. */
async function checkOutputs(args: readonly unknown[], { force }: Settings): Promise<void> {
  const options = args.find(isOptions) ?? {};
  const wanted = Object.entries(OUTPUTS).flatMap(([name, makesFolders]) => {
    const file = options[name];
    return typeof file === 'string' ? [{ name, file, makesFolders }] : [];
  });
  if (wanted.length === 0) return;
  const { checkOutput } = await import('../../../foundation/files/output-file.ts');
  // Whatever else was said may be a file that is read.
  const others = Object.entries(options).filter(([name]) => !(name in OUTPUTS));
  const words = [...args.filter((arg) => !isOptions(arg)), ...others.map(([, value]) => value)];
  const inputs = words.flat().filter((word) => typeof word === 'string' && word !== '');
  for (const { name, file, makesFolders } of wanted) {
    const goesOn = options['resume'] === true;
    const outputs = wanted.filter((other) => other.name !== name).map((other) => other.file);
    const all = [...(inputs as string[]), ...outputs];
    await checkOutput(file, { inputs: all, replace: force || goesOn, makesFolders });
  }
}

/** Commander hands over positional words, then the options, then the command itself. */
const isOptions = (arg: unknown): arg is Readonly<Record<string, unknown>> =>
  typeof arg === 'object' && arg !== null && Object.getPrototypeOf(arg) === Object.prototype;

const scratchFolder = () => mkdtempDisposable(path.join(tmpdir(), 'likeness-'));

interface LazyApplication extends AsyncDisposable {
  get(): Promise<Application>;
}

/** A command that turns out to need no services starts none. */
function openedOnDemand(open: () => Promise<Application>): LazyApplication {
  let session: Promise<Application> | undefined;
  return {
    get: () => (session ??= open()),
    [Symbol.asyncDispose]: async () => {
      const opened = await session?.catch(() => undefined);
      await opened?.[Symbol.asyncDispose]();
    },
  };
}

function dispatcher(
  verbosity: Pick<Settings, 'quiet' | 'json'>,
  terminal: Terminal,
  sessions: LazyApplication,
): CommandContext['dispatch'] {
  return async (name, input) => {
    const { dispatch } = await sessions.get();
    const progress = await createProgress(terminal.err, verbosity);
    try {
      const output = await dispatch(name, input, {
        signal: terminal.signal,
        onProgress: (step) => progress.report(step),
      });
      progress.stop();
      warn(output, terminal);
      return output;
    } catch (thrown) {
      // With --json the failure goes to standard output, so the log has to say it.
      progress.stop(verbosity.json ? undefined : sentenceOf(thrown));
      throw thrown;
    }
  };
}

const sentenceOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error ? thrown.message : undefined;

function warn(output: object, { err }: Terminal): void {
  const { warnings = [] } = output as { readonly warnings?: readonly string[] };
  const paint = paintFor(err);
  for (const warning of warnings) err.write(`${paint('yellow', 'warning:')} ${warning}\n`);
}

function print({ json, text, failure }: Answer, settings: Settings, { out }: Terminal): void {
  if (settings.json) {
    const object = failure === undefined ? json : { ...json, error: failure.toData() };
    out.write(`${JSON.stringify(object)}\n`);
    return;
  }
  const said = text(paintFor(out));
  if (said !== '') out.write(`${said}\n`);
}
