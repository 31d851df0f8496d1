import type { CommanderError } from 'commander';
import type { ErrorData } from '../../../contract/errors.ts';
import type { Surroundings } from './act.ts';
import { remedyOf } from './output/remedies.ts';
import { paintFor } from './output/text.ts';
import { createProgram } from './program.ts';
import type { Terminal } from './terminal.ts';

const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

/**
 * Carries out one command line (without `node` and the script) and gives its exit code: 0 done,
 * 1 refused or failed, 2 wrong usage. Throws nothing.
 */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  let exitCode: number = exitCodes.done;
  const program = createProgram(surroundings, (code) => (exitCode = code));
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    const failure = isUsage(thrown) ? usageFailure(thrown) : await runFailure(thrown);
    return failure === null
      ? exitCodes.done
      : say(failure, asksForJson(argv), surroundings.terminal);
  }
}

interface Failure {
  readonly exitCode: number;
  readonly error: ErrorData;
  /** Help that belongs to the failure, for a person. */
  readonly help?: string;
}

/** Known by its code: commander's own class would have to be loaded to ask for it. */
const isUsage = (thrown: unknown): thrown is CommanderError =>
  thrown instanceof Error &&
  'code' in thrown &&
  typeof thrown.code === 'string' &&
  thrown.code.startsWith('commander.');

/** null: what was asked for was printed (`--help`, `--version`). */
function usageFailure({ exitCode, code, message }: CommanderError): Failure | null {
  if (exitCode === 0) return null;
  const sentence =
    code === 'commander.help'
      ? 'No command was given.'
      : message.replace(/^error: /u, '').replace(/\s*\n\s*/gu, ' ');
  return {
    exitCode: exitCodes.usage,
    error: { code: 'invalid_input', message: capitalized(sentence), details: { usage: code } },
    help: 'Try "likeness --help" or "likeness <command> --help".',
  };
}

async function runFailure(thrown: unknown): Promise<Failure> {
  const { toLikenessError } = await import('../../../contract/errors.ts');
  const error = toLikenessError(thrown).toData();
  const exitCode = error.code === 'invalid_input' ? exitCodes.usage : exitCodes.failed;
  const remedy = remedyOf(error);
  return { exitCode, error, ...(remedy === null ? {} : { help: remedy }) };
}

function say({ exitCode, error, help }: Failure, json: boolean, { out, err }: Terminal): number {
  if (json) out.write(`${JSON.stringify({ error })}\n`);
  else {
    const lead = paintFor(err)('red', 'error:');
    err.write(`${lead} ${error.message}\n${help === undefined ? '' : `${help}\n`}`);
  }
  return exitCode;
}

/** Asked of the words themselves: options are unknown where parsing has failed. */
function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json');
}

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
