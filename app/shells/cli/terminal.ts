import { createInterface } from 'node:readline';
import { isatty, type ReadStream } from 'node:tty';

/** One of the two streams a command writes to. */
export interface Sink {
  write(text: string): void;
  /** A person is looking. */
  readonly interactive: boolean;
  readonly color: boolean;
  /** For libraries that draw on a terminal by themselves. */
  readonly stream: NodeJS.WritableStream;
}

/** What a command line takes from and gives to the outside; tests put their own in its place. */
export interface Terminal {
  readonly out: Sink;
  readonly err: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Asks yes or no; null where nobody is there to answer. */
  confirm(question: string): Promise<boolean | null>;
  /** Listens to the Enter key; null where nobody is there to press it. */
  onEnter(listener: () => void): Disposable | null;
}

/** The terminal of this very process. */
export function processTerminal(signal: AbortSignal): Terminal {
  return {
    out: sink(process.stdout),
    err: sink(process.stderr),
    env: process.env,
    signal,
    confirm: (question) => confirm(question, process.stdin, process.stderr, signal),
    onEnter: (listener) => onEnter(listener, process.stdin, process.stderr),
  };
}

function sink(stream: NodeJS.WriteStream & { readonly fd: 1 | 2 }): Sink {
  const interactive = isatty(stream.fd);
  return {
    write: (text) => void stream.write(text),
    interactive,
    // Only terminals have `hasColors`; it honors NO_COLOR and FORCE_COLOR.
    color: interactive && stream.hasColors(),
    stream,
  };
}

async function confirm(
  question: string,
  input: ReadStream,
  output: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<boolean | null> {
  if (!input.isTTY || !output.isTTY) return null;
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input, output });
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal });
    return /^y(es)?$/iu.test(answer.trim());
  } finally {
    lines.close();
  }
}

function onEnter(
  listener: () => void,
  input: ReadStream,
  output: NodeJS.WriteStream,
): Disposable | null {
  if (!input.isTTY || !output.isTTY) return null;
  const lines = createInterface({ input });
  lines.on('line', listener);
  return { [Symbol.dispose]: () => lines.close() };
}
