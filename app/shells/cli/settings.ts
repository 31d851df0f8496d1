import path from 'node:path';
import { Option, type Command } from 'commander';
import type { ProviderChoice } from '../../../contract/values.ts';
import type { Terminal } from './terminal.ts';

/** The global options, as every command sees them. */
export interface Settings {
  readonly dataDir: string;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly provider: ProviderChoice;
  /** Catalog ids; absent: the active model of the role. */
  readonly detector?: string;
  readonly encoder?: string;
  /** Files that are there already may be replaced. */
  readonly force: boolean;
}

interface GlobalOptions {
  readonly force?: boolean;
  readonly dataDir?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly provider: ProviderChoice;
  readonly detector?: string;
  readonly encoder?: string;
}

// Not taken from the contract: that would load its schemas before `--help` can answer.
const providers = [
  'auto',
  'cpu',
  'cuda',
  'directml',
  'coreml',
  'webgpu',
] as const satisfies readonly ProviderChoice[];

export function addGlobalOptions(program: Command): Command {
  return program
    .option('--data-dir <folder>', 'where people and models are kept (or LIKENESS_DATA_DIR)')
    .option('--json', 'print one JSON object')
    .addOption(
      new Option('--provider <name>', 'execution provider').choices(providers).default('auto'),
    )
    .option('--detector <id>', 'face detector to use, see "likeness models list"')
    .option('--encoder <id>', 'encoder to use: of faces, or of style')
    .option('--force', 'replace files that are there already')
    .option('--quiet', 'no progress on standard error');
}

export async function readSettings(program: Command, env: Terminal['env']): Promise<Settings> {
  const { dataDir, json, quiet, force, provider, detector, encoder } =
    program.opts<GlobalOptions>();
  return {
    dataDir: path.resolve(dataDir ?? nonEmpty(env.LIKENESS_DATA_DIR) ?? (await defaultDataDir())),
    json: json ?? false,
    quiet: quiet ?? false,
    force: force ?? false,
    provider,
    ...(detector === undefined ? {} : { detector }),
    ...(encoder === undefined ? {} : { encoder }),
  };
}

const nonEmpty = (text: string | undefined) => (text === '' ? undefined : text);

async function defaultDataDir(): Promise<string> {
  const { default: envPaths } = await import('env-paths');
  return envPaths('likeness', { suffix: '' }).data;
}
