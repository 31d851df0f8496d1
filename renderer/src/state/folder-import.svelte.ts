import type { Refusal } from '../../../app/contract/values.ts';
import { api, CallError } from '../api.ts';
import { imageOf } from './files.ts';
import { planFolder, type FolderFile, type PhotoOfPerson } from './folder.ts';
import { language } from './language.svelte.ts';
import { sentenceOf } from './sentences.ts';
import { describe } from './toasts.svelte.ts';
import { Work } from './work.svelte.ts';

export interface ImportRow {
  readonly file: string;
  readonly outcome: 'enrolled' | 'known' | 'refused';
  readonly reason?: string | undefined;
}

/** Failures that say nothing about the photo at hand: the rest would fail as well. */
const FATAL: ReadonlySet<string> = new Set([
  'cancelled',
  'disconnected',
  'disk_full',
  'database_unavailable',
  'model_missing',
  'model_corrupt',
]);

/**
 * Enrols a folder, photo by photo. What is enrolled stays enrolled: after a stop, or a crash, the
 * same folder goes on where it was, and photos that are known are passed over.
 */
class FolderImport {
  readonly work = new Work();
  #rows = $state.raw<readonly ImportRow[]>([]);
  #over = $state<'done' | 'stopped' | 'failed'>();
  #problem = $state<string>();

  get rows(): readonly ImportRow[] {
    return this.#rows;
  }

  get refused(): readonly ImportRow[] {
    return this.#rows.filter(({ outcome }) => outcome === 'refused');
  }

  count(outcome: ImportRow['outcome']): number {
    return this.#rows.filter((row) => row.outcome === outcome).length;
  }

  /** How the last import ended; undefined before and while one runs. */
  get over(): 'done' | 'stopped' | 'failed' | undefined {
    return this.#over;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  readonly reset = (): void => {
    if (this.work.running) return;
    this.#rows = [];
    this.#over = undefined;
  };

  /** Of a folder that a person picked; the pictures go over as bytes, or by path under Electron. */
  async files(files: readonly File[]): Promise<void> {
    const plan = planFolder(files.map((file) => ({ path: file.webkitRelativePath, file })));
    await this.#run(async ({ signal }) => {
      plan.astray.forEach((file) => this.#add(astray(file)));
      for (const [index, photo] of plan.photos.entries()) {
        this.work.report({
          stage: photo.person,
          done: index,
          total: plan.photos.length,
          item: photo.path,
        });
        this.#add(await this.#enrol(photo, signal));
      }
    });
  }

  /** Of a folder on the machine where Likeness runs. */
  async path(root: string): Promise<void> {
    await this.#run(async ({ signal }) => {
      const onProgress = (progress: Parameters<Work['report']>[0]) => {
        const { item, outcome, note, code } = progress;
        this.work.report({ ...progress, stage: item?.split('/')[0] ?? '' });
        if (item === undefined || outcome === undefined) return;
        const details = { file: item };
        const reason =
          code === undefined ? note : sentenceOf({ code, message: note ?? '', details });
        this.#add({ file: item, outcome, reason });
      };
      await api.call('enrolment.importFolder', { root }, { signal, onProgress });
    });
  }

  async #run(task: (options: { signal: AbortSignal | undefined }) => Promise<void>): Promise<void> {
    this.#rows = [];
    this.#over = undefined;
    this.#problem = undefined;
    try {
      const done = await this.work.run(async (options) => {
        await task(options);
        return true;
      });
      this.#over = done === true ? 'done' : 'stopped';
    } catch (error) {
      this.#problem = describe(error);
      this.#over = 'failed';
    }
  }

  async #enrol(
    { file, path, person }: PhotoOfPerson,
    signal: AbortSignal | undefined,
  ): Promise<ImportRow> {
    try {
      const images = [await imageOf(file)];
      const { enrolled } = await api.call('enrolment.enrol', { name: person, images }, { signal });
      return { file: path, outcome: enrolled > 0 ? 'enrolled' : 'known' };
    } catch (error) {
      if (error instanceof CallError && FATAL.has(error.code)) throw error;
      if (error instanceof CallError && error.code === 'already_enrolled')
        return { file: path, outcome: 'known' };
      return { file: path, outcome: 'refused', reason: reasonOf(error) };
    }
  }

  #add(row: ImportRow): void {
    this.#rows = [...this.#rows, row];
  }
}

const astray = ({ path }: FolderFile): ImportRow => ({
  file: path,
  outcome: 'refused',
  reason: language.words.people.import.astray,
});

/** `nothing_enrolled` of one photo hides the reason behind it among its details. */
function reasonOf(error: unknown): string {
  const details = error instanceof CallError ? error.details : {};
  const [first] = (details['refused'] ?? []) as readonly Refusal[];
  return first === undefined ? describe(error) : sentenceOf({ ...first, details: first });
}

export const folderImport = new FolderImport();
