const KEPT = 20;

/** The end of a text stream, for error reports. */
export class LastLines {
  #whole: readonly string[] = [];
  #unfinished = '';

  push(text: string): void {
    const lines = (this.#unfinished + text).split('\n');
    this.#unfinished = lines.pop() ?? '';
    this.#whole = [...this.#whole, ...lines].slice(-KEPT);
  }

  get lines(): readonly string[] {
    return this.#unfinished === '' ? this.#whole : [...this.#whole, this.#unfinished];
  }
}
