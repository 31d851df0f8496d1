import type { ActivityEntry, ActivityKind } from '../../../contract/application.ts';
import { api } from '../api.ts';
import { download } from './files.ts';

export interface ActivityFilter {
  readonly kind: ActivityKind | undefined;
  readonly person: number | undefined;
}

const PAGE = 200;
const everything: ActivityFilter = { kind: undefined, person: undefined };

/** What was done, read page by page as somebody scrolls. */
export class ActivityLog {
  #entries = $state.raw<readonly ActivityEntry[]>([]);
  #filter = $state.raw<ActivityFilter>(everything);
  #loaded = $state(false);
  #more = false;
  #asked = 0;
  #reading = false;

  get entries(): readonly ActivityEntry[] {
    return this.#entries;
  }

  get filter(): ActivityFilter {
    return this.#filter;
  }

  get filtered(): boolean {
    return this.#filter.kind !== undefined || this.#filter.person !== undefined;
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  /** @throws CallError */
  async choose(changes: Partial<ActivityFilter>): Promise<void> {
    this.#filter = { ...this.#filter, ...changes };
    await this.load();
  }

  /** @throws CallError */
  async clear(): Promise<void> {
    await this.choose(everything);
  }

  /** The newest page again. @throws CallError */
  async load(): Promise<void> {
    const asked = ++this.#asked;
    const { entries, more } = await api.call('activity.list', { ...this.#query(), limit: PAGE });
    if (asked !== this.#asked) return;
    this.#entries = entries;
    this.#more = more;
    this.#loaded = true;
  }

  /** The next older page. @throws CallError */
  async loadMore(): Promise<void> {
    const last = this.#entries.at(-1);
    if (!this.#more || this.#reading || last === undefined) return;
    const asked = this.#asked;
    this.#reading = true;
    try {
      const input = { ...this.#query(), before: last.id, limit: PAGE };
      const { entries, more } = await api.call('activity.list', input);
      if (asked !== this.#asked) return;
      this.#entries = [...this.#entries, ...entries];
      this.#more = more;
    } finally {
      this.#reading = false;
    }
  }

  /** Rows that were saved. @throws CallError */
  async save(): Promise<number> {
    const { csv, rows } = await api.call('activity.export', this.#query());
    download('likeness-activity.csv', csv, 'text/csv;charset=utf-8');
    return rows;
  }

  #query() {
    const { kind, person } = this.#filter;
    return {
      ...(kind === undefined ? {} : { kinds: [kind] }),
      ...(person === undefined ? {} : { person }),
    };
  }
}

export const activityLog = new ActivityLog();
