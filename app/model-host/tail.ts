/** Keeps the last lines of a stream of text. */
export class Tail {
  readonly #most: number;
  #lines: string[] = [];
  #open = '';

  constructor(most: number) {
    this.#most = most;
  }

  append(text: string): void {
    const lines = (this.#open + text).split(/\r?\n/);
    // A process that never ends its line must not fill the memory.
    this.#open = lines.pop()!.slice(-1000);
    this.#lines = [...this.#lines, ...lines].slice(-this.#most);
  }

  lines(): readonly string[] {
    return (this.#open === '' ? this.#lines : [...this.#lines, this.#open]).slice(-this.#most);
  }
}
