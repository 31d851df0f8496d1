import { randomInt } from 'node:crypto';
import { LikenessError } from '../../../contract/errors.ts';
import type { Backend } from '../wire/access.ts';

/** Milliseconds for which a code is taken. */
const CODE_LIFE = 5 * 60_000;
/** Wrong codes after which the code is worthless, and milliseconds until there is another. */
const WRONG_CODES = 5;
const CODE_PAUSE = 60_000;

interface Code {
  readonly digits: string;
  readonly made: number;
  wrong: number;
}

/**
 * What a window shows beside its session before it does what outlives a session: the PIN, or, where
 * none is set, a code that is shown to whoever started this server. A stolen session has neither.
 */
export class Proof {
  readonly #backend: Pick<Backend, 'dispatch'>;
  readonly #tell: (line: string) => void;
  readonly #elapsed: () => number;
  #code: Code | null = null;

  /** @param elapsed milliseconds on a clock that nobody can set */
  constructor(
    backend: Pick<Backend, 'dispatch'>,
    tell: (line: string) => void,
    elapsed: () => number = () => performance.now(),
  ) {
    this.#backend = backend;
    this.#tell = tell;
    this.#elapsed = elapsed;
  }

  /** What is to be shown; a code is made for it where there is none. */
  async ask(): Promise<LikenessError> {
    const by = (await this.#hasPin()) ? 'pin' : 'code';
    if (by === 'code') this.#freshCode();
    return new LikenessError(
      'proof_needed',
      by === 'pin'
        ? 'This takes the PIN.'
        : 'This takes the code that Likeness has printed where it was started.',
      { details: { by } },
    );
  }

  /** @throws LikenessError `proof_wrong`, `pin_wrong`, `pin_delayed`, `pin_missing`. */
  async check(shown: string): Promise<void> {
    if (await this.#hasPin()) await this.#backend.dispatch('kiosk.unlock', { pin: shown });
    else this.#checkCode(shown);
  }

  #checkCode(shown: string): void {
    const code = this.#code;
    if (code !== null && this.#isTaken(code)) {
      if (shown === code.digits) {
        this.#code = null;
        return;
      }
      code.wrong += 1;
    }
    throw new LikenessError('proof_wrong', 'This is not the code, or it has expired.');
  }

  #isTaken({ made, wrong }: Code): boolean {
    return wrong < WRONG_CODES && this.#elapsed() - made < CODE_LIFE;
  }

  #freshCode(): void {
    const before = this.#code;
    const now = this.#elapsed();
    if (before !== null && (this.#isTaken(before) || now - before.made < CODE_PAUSE)) return;
    const digits = String(randomInt(1_000_000)).padStart(6, '0');
    this.#code = { digits, made: now, wrong: 0 };
    this.#tell(`The code for the window: ${digits}`);
  }

  async #hasPin(): Promise<boolean> {
    return (await this.#backend.dispatch('system.status', {})).kiosk.pinSet;
  }
}
