import type { AttendanceEntry } from '../../../contract/application.ts';
import { api } from '../api.ts';
import { dayOf } from './days.ts';
import { download } from './files.ts';

const WEEK = 6;

/** Who was seen on which day. */
class Attendance {
  #from = $state('');
  #to = $state('');
  /** Somebody has chosen days; until then they are the week up to today, whenever that is. */
  #chosen = false;
  #entries = $state.raw<readonly AttendanceEntry[]>([]);
  #loaded = $state(false);
  #asked = 0;

  /** YYYY-MM-DD */
  get from(): string {
    return this.#from;
  }

  get to(): string {
    return this.#to;
  }

  get entries(): readonly AttendanceEntry[] {
    return this.#entries;
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  /** Whether the days are two, in order. */
  get valid(): boolean {
    return this.#from !== '' && this.#to !== '' && this.#from <= this.#to;
  }

  /** @throws CallError */
  async choose({ from = this.#from, to = this.#to }): Promise<void> {
    this.#chosen = true;
    this.#from = from;
    this.#to = to;
    await this.load();
  }

  /** @throws CallError */
  async load(): Promise<void> {
    if (!this.#chosen) {
      this.#from = dayOf(new Date(), -WEEK);
      this.#to = dayOf(new Date());
    }
    if (!this.valid) return;
    const asked = ++this.#asked;
    const { entries } = await api.call('attendance.list', { from: this.#from, to: this.#to });
    if (asked !== this.#asked) return;
    this.#entries = entries;
    this.#loaded = true;
  }

  /** Rows that were saved. @throws CallError */
  async save(): Promise<number> {
    const days = { from: this.#from, to: this.#to };
    const { csv, rows } = await api.call('attendance.export', days);
    download(`likeness-attendance-${days.from}-${days.to}.csv`, csv, 'text/csv;charset=utf-8');
    return rows;
  }
}

export const attendance = new Attendance();
