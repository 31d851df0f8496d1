import { api, type EventPayload } from '../api.ts';
import { JobList, type Job, type JobKind } from './job-list.ts';
import { kiosk } from './kiosk.svelte.ts';
import { language } from './language.svelte.ts';
import type { Screen } from './route.ts';
import { router } from './router.svelte.ts';
import { shareOf } from './studio/progress.ts';
import { toasts } from './toasts.svelte.ts';

/** Where each kind of work is shown in full. */
const places: Readonly<Record<JobKind, readonly [Screen, string?]>> = {
  import: ['people', 'import'],
  painting: ['studio'],
  measurement: ['calibrate'],
  adoption: ['settings', 'models'],
  download: ['settings', 'models'],
  check: ['settings', 'device'],
};

export type Permission = 'unsupported' | NotificationPermission;

/**
 * All long work of this window, shown on every screen. Work that ends while its own screen is not
 * shown is told of by a toast; while the window is not in front, by the system as well where the
 * user allowed it.
 */
class Jobs {
  #all = $state.raw<readonly Job[]>([]);
  #permission = $state<Permission>(
    'Notification' in globalThis ? Notification.permission : 'unsupported',
  );
  readonly #list = new JobList((all) => (this.#all = all));
  #last = 0;

  /** The oldest first. */
  get all(): readonly Job[] {
    return this.#all;
  }

  /** Whether the system may be asked to tell of work that is done. */
  get permission(): Permission {
    return this.#permission;
  }

  runs(kind: JobKind): boolean {
    return this.#all.some((job) => job.kind === kind);
  }

  start(): void {
    api.on('painting.changed', ({ job }) => this.#followPainting(job));
  }

  /** Asks the user; the browser asks once and remembers. */
  async allowNotifications(): Promise<void> {
    this.#permission = await Notification.requestPermission();
  }

  /** Shows where a job is shown in full. */
  open(kind: JobKind): void {
    const [screen, place] = places[kind];
    router.go(screen, ...(place === undefined ? [] : [place]));
  }

  /** A job of this window has begun; gives what reports on it. */
  begin(kind: JobKind, stop: () => void) {
    const id = String(++this.#last);
    this.#list.begin(id, kind, stop);
    return {
      report: (progress: { readonly done: number; readonly total?: number | undefined }) =>
        this.#list.report(id, progress, performance.now()),
      stopping: () => this.#list.stopping(id),
      done: () => this.#done(id),
      failed: (error: unknown) => this.#failed(id, error),
      stopped: () => void this.#list.end(id),
    };
  }

  /** Paintings run in the shell and tell of themselves, whichever window began them. */
  #followPainting({ id: number, state, progress, error }: EventPayload<'painting.changed'>['job']) {
    const id = `painting-${number}`;
    if (state === 'running') {
      const stop = () => {
        this.#list.stopping(id);
        void api
          .call('paintings.pause', { id: number })
          .catch((thrown: unknown) => toasts.failed(thrown));
      };
      this.#list.begin(id, 'painting', stop);
      if (progress !== null) {
        const amount = { done: shareOf(progress), total: 1, secondsLeft: progress.secondsLeft };
        this.#list.report(id, amount, performance.now());
      }
    } else if (state === 'done') this.#done(id);
    else if (state === 'failed' && error !== null) this.#failed(id, new Error(error.message));
    else this.#list.end(id);
  }

  #done(id: string): void {
    const job = this.#list.end(id);
    if (job === undefined) return;
    const text = language.words.frame.jobs.kinds[job.kind].done;
    if (this.#isSeen(job.kind)) return;
    toasts.good(text, { action: this.#showing(job.kind) });
    this.#notify(job.kind, text);
  }

  #failed(id: string, error: unknown): void {
    const job = this.#list.end(id);
    if (job === undefined || this.#isSeen(job.kind)) return;
    toasts.failed(error, this.#showing(job.kind), 'window');
    this.#notify(job.kind, language.words.frame.jobs.kinds[job.kind].failed);
  }

  #showing(kind: JobKind) {
    return { label: language.words.frame.jobs.show, run: () => this.open(kind) };
  }

  /** The window is in front and shows the screen of the work, which tells of the end itself. */
  #isSeen(kind: JobKind): boolean {
    const [screen, place] = places[kind];
    const { now } = router;
    return document.hasFocus() && now.screen === screen && now.rest[0] === place;
  }

  /** Without names or pictures: it may be shown on a locked screen. */
  #notify(kind: JobKind, text: string): void {
    if (document.hasFocus() || kiosk.locked || this.#permission !== 'granted') return;
    const notification = new Notification(language.words.frame.product, { body: text, tag: kind });
    notification.onclick = () => {
      window.focus();
      this.open(kind);
      notification.close();
    };
  }
}

export const jobs = new Jobs();
