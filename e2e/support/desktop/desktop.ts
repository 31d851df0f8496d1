import type { CommandInput, CommandName, CommandOutput } from '../../../contract/commands.ts';
import type { ErrorData } from '../../../contract/errors.ts';
import { ToWindow } from '../../../contract/wire.ts';
import { decideStart } from '../../../scripts/start.mjs';
import { root } from '../server.ts';
import { startDouble } from './double.ts';
import { startElectron } from './electron.ts';
import type { Shell } from './shell.ts';

/** Electron's binary where there is one and it can show a window; null: its double runs. */
export function electronHere(): string | null {
  const { how, program } = decideStart({ root, platform: process.platform, env: process.env });
  return how === 'electron' ? program : null;
}

type Answer<N extends CommandName> =
  | { readonly ok: true; readonly value: CommandOutput<N> }
  | { readonly ok: false; readonly error: ErrorData };

/** What a page of the desktop window does. */
export class Desktop {
  readonly shell: Shell;
  readonly #heard: ToWindow[] = [];
  readonly #waiting = new Set<() => void>();
  #last = 0;

  constructor(shell: Shell) {
    this.shell = shell;
  }

  static async open(dataDir: string): Promise<Desktop> {
    const electron = electronHere();
    const env = { ...process.env, LIKENESS_DATA_DIR: dataDir };
    const shell = await (electron === null ? startDouble(env) : startElectron(electron, env));
    const desktop = new Desktop(shell);
    await shell.listen((message) => desktop.#hear(ToWindow.parse(message)));
    return desktop;
  }

  /** Asks for one command of the contract. */
  async ask<N extends CommandName>(command: N, input: CommandInput<N>): Promise<Answer<N>> {
    const id = ++this.#last;
    await this.shell.send({ kind: 'request', id, command, input });
    const { result } = await this.next('response', (message) => message.id === id);
    return result as Answer<N>;
  }

  /** The first message of a kind that was not taken yet. */
  async next<K extends ToWindow['kind']>(
    kind: K,
    fits: (message: Extract<ToWindow, { kind: K }>) => boolean = () => true,
  ): Promise<Extract<ToWindow, { kind: K }>> {
    for (;;) {
      const at = this.#heard.findIndex(
        (message) => message.kind === kind && fits(message as Extract<ToWindow, { kind: K }>),
      );
      if (at >= 0) return this.#heard.splice(at, 1)[0] as Extract<ToWindow, { kind: K }>;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #hear(message: ToWindow): void {
    this.#heard.push(message);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
