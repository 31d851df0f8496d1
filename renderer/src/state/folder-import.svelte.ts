import type { Progress, Refusal } from '../../../contract/values.ts';
import { api, CallError } from '../api.ts';
import { imageOf } from './files.ts';
import { planFolder, type FolderFile, type PhotoOfPerson } from './folder.ts';
import { ASTRAY } from './refusals.ts';
import { failureOf, Refusals } from './refusals.svelte.ts';
import { describe } from './toasts.svelte.ts';
import { Work } from './work.svelte.ts';

type Counts = Readonly<Record<'enrolled' | 'known', number>>;

/** Failures that say nothing about the photo at hand: the rest would fail as well. */
const FATAL: ReadonlySet<string> = new Set([
  'cancelled',
  'disconnected',
  'disk_full',
  'database_unavailable',
  'model_missing',
  'model_corrupt',
]);

/** Failures of the folder itself, which belong beside the field that it was typed into. */
const OF_THE_PATH: ReadonlySet<string> = new Set([
  'file_not_found',
  'file_not_directory',
  'file_unreadable',
]);

const NONE: Counts = { enrolled: 0, known: 0 };

/**
 * Enrolls a folder, photo by photo. What is enrolled stays enrolled: after a stop, or a crash, the
 * same folder goes on where it was, and photos that are known are passed over.
 */
class FolderImport {
  readonly work = new Work();
  readonly refusals = new Refusals();
  #counts = $state.raw<Counts>(NONE);
  #over = $state<'done' | 'stopped' | 'failed'>();
  #files = $state(0);
  #ignored = $state.raw<readonly string[]>([]);
  #problem = $state<string>();
  #pathProblem = $state<string>();

  /** Photos that are enrolled now, those repaired included; that were known before; still refused. */
  get counts(): Counts & { readonly refused: number } {
    const { enrolled, known } = this.#counts;
    const { repaired, open } = this.refusals;
    return { enrolled: enrolled + repaired, known, refused: open.length };
  }

  /** How the last import ended; undefined before and while one runs. */
  get over(): 'done' | 'stopped' | 'failed' | undefined {
    return this.#over;
  }

  /** Of all files of the folder, how many are not used, and which of them are no pictures. */
  get notUsed(): {
    readonly count: number;
    readonly files: number;
    readonly ignored: readonly string[];
  } {
    const count = this.refusals.open.length + this.#ignored.length;
    return { count, files: this.#files, ignored: this.#ignored };
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  /** Why there is no folder at the path that was given. */
  get pathProblem(): string | undefined {
    return this.#pathProblem;
  }

  readonly reset = (): void => {
    if (this.work.running || this.refusals.work.running) return;
    this.#clear();
  };

  /** Of a folder that a person picked; the pictures go over as bytes, or by path under Electron. */
  async files(files: readonly File[]): Promise<void> {
    const plan = planFolder(files.map((file) => ({ path: file.webkitRelativePath, file })));
    await this.#run(async ({ signal }) => {
      this.#files = files.length;
      this.#ignored = plan.ignored.map(({ path }) => path);
      this.refusals.add(plan.astray.map(astray));
      for (const [index, photo] of plan.photos.entries()) {
        this.work.report({
          stage: photo.person,
          done: index,
          total: plan.photos.length,
          item: photo.path,
        });
        await this.#enroll(photo, signal);
      }
    });
  }

  /** Of a folder on the machine where Likeness runs. */
  async path(root: string): Promise<void> {
    await this.#run(async ({ signal }) => {
      const onProgress = (progress: Progress): void => {
        this.work.report({ ...progress, stage: progress.item?.split('/')[0] ?? '' });
        this.#note(root, progress);
      };
      const { files, unused } = await api.call(
        'enrollment.importFolder',
        { root },
        { signal, onProgress },
      );
      this.#files = files;
      this.#ignored = unused.filter(isForeign).map(({ file }) => below(root, file));
      // Those that were tried have been told of already.
      const told = new Set(this.refusals.all.map(({ file }) => file));
      const left = unused.filter((one) => !isForeign(one) && !told.has(below(root, one.file)));
      this.refusals.add(left.map((one) => untried(root, one)));
    });
  }

  async #run(task: (options: { signal: AbortSignal | undefined }) => Promise<void>): Promise<void> {
    this.#clear();
    try {
      const done = await this.work.run(async (options) => {
        await task(options);
        return true;
      }, 'import');
      this.#over = done === true ? 'done' : 'stopped';
    } catch (error) {
      if (error instanceof CallError && OF_THE_PATH.has(error.code) && this.#isUntouched) {
        this.#pathProblem = describe(error);
        return;
      }
      this.#problem = describe(error);
      this.#over = 'failed';
    }
  }

  async #enroll(
    { file, path, person }: PhotoOfPerson,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    try {
      const images = [await imageOf(file)];
      const { enrolled } = await api.call(
        'enrollment.enroll',
        { name: person, images },
        { signal },
      );
      this.#count(enrolled > 0 ? 'enrolled' : 'known');
    } catch (error) {
      if (error instanceof CallError && FATAL.has(error.code)) throw error;
      if (error instanceof CallError && error.code === 'already_enrolled') this.#count('known');
      else this.refusals.add([{ ...failureOf(error), file: path, person, source: file }]);
    }
  }

  /** What became of one photo of a folder that the host reads by itself. */
  #note(root: string, { item, outcome, note, code, details }: Progress): void {
    if (item === undefined || outcome === undefined) return;
    if (outcome !== 'refused') {
      this.#count(outcome);
      return;
    }
    const source = { path: `${root.replace(/[\\/]+$/u, '')}/${item}` };
    const person = item.split('/')[0] ?? '';
    const failure = { code: code ?? 'internal', message: note ?? '', details: details ?? {} };
    this.refusals.add([{ ...failure, file: item, person, source }]);
  }

  get #isUntouched(): boolean {
    return this.#counts === NONE && this.refusals.all.length === 0;
  }

  #count(outcome: keyof Counts): void {
    this.#counts = { ...this.#counts, [outcome]: this.#counts[outcome] + 1 };
  }

  #clear(): void {
    this.#counts = NONE;
    this.#files = 0;
    this.#ignored = [];
    this.refusals.clear();
    this.#over = undefined;
    this.#problem = undefined;
    this.#pathProblem = undefined;
  }
}

const astray = ({ path, file }: FolderFile) => ({
  code: ASTRAY,
  message: '',
  file: path,
  person: '',
  source: file,
});

const isForeign = ({ code }: Refusal): boolean => code === 'file_ignored';

/** The path of a file from the folder that is imported on. */
const below = (root: string, file: string): string => {
  const base = root.replace(/[\\/]+$/u, '');
  return file.startsWith(base) ? file.slice(base.length).replace(/^[\\/]+/u, '') : file;
};

/** Of a folder whose name cannot be a person's, of no folder of a person, or that cannot be opened. */
const untried = (root: string, { file, code, message, details }: Refusal) => ({
  code: code === 'photo_misplaced' ? ASTRAY : code,
  message,
  details: details ?? {},
  file: below(root, file),
  person: '',
  source: { path: file },
});

export const folderImport = new FolderImport();
