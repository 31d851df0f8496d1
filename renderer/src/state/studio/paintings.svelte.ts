import { SvelteMap } from 'svelte/reactivity';
import type { PaintingJob } from '../../../../contract/paintings.ts';
import { api, type EventPayload } from '../../api.ts';
import { download } from '../files.ts';
import { addPoint, type LossHistory } from './losses.ts';
import type { SettingsInput } from './choices.ts';
import { previewOf } from './pictures.ts';

export type ExportFormat = 'png' | 'jpeg' | 'tiff';

const types: Readonly<Record<ExportFormat, { extension: string; type: string }>> = {
  png: { extension: 'png', type: 'image/png' },
  jpeg: { extension: 'jpg', type: 'image/jpeg' },
  tiff: { extension: 'tif', type: 'image/tiff' },
};

/** All paintings, as they grow. */
class Paintings {
  #jobs = $state.raw<readonly PaintingJob[]>([]);
  #loaded = $state(false);
  #chosen = $state<number>();
  #listens = false;
  readonly #previews = new SvelteMap<number, Blob>();
  readonly #losses = new SvelteMap<number, LossHistory>();

  /** The newest first. */
  get all(): readonly PaintingJob[] {
    return this.#jobs;
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  /** The one that is shown large. */
  get chosen(): PaintingJob | undefined {
    return this.#jobs.find(({ id }) => id === this.#chosen);
  }

  choose(id: number | undefined): void {
    this.#chosen = id;
  }

  /** How far a painting is, as a small picture. */
  preview(id: number): Blob | undefined {
    return this.#previews.get(id);
  }

  losses(id: number): LossHistory {
    return this.#losses.get(id) ?? [];
  }

  /** @throws CallError */
  async load(): Promise<void> {
    if (!this.#listens) api.on('painting.changed', (change) => this.#take(change));
    this.#listens = true;
    this.#jobs = (await api.call('paintings.list', {})).jobs;
    this.#loaded = true;
  }

  /** Fetches the picture of a finished painting, where it is not there yet. */
  async show(job: PaintingJob): Promise<void> {
    if (job.state !== 'done' || this.#previews.has(job.id)) return;
    this.#previews.set(job.id, await previewOf(job.output));
  }

  /** @throws CallError */
  async begin(settings: SettingsInput): Promise<void> {
    const { job } = await api.call('paintings.create', { settings });
    this.#put(job);
    this.#chosen = job.id;
  }

  /** @throws CallError */
  async pause(id: number): Promise<void> {
    this.#put((await api.call('paintings.pause', { id })).job);
  }

  /** @throws CallError */
  async resume(id: number): Promise<void> {
    this.#put((await api.call('paintings.resume', { id })).job);
  }

  /** @throws CallError */
  async cancel(id: number): Promise<void> {
    this.#put((await api.call('paintings.cancel', { id })).job);
  }

  /** @throws CallError */
  async remove(id: number): Promise<void> {
    await api.call('paintings.remove', { id });
    this.#jobs = this.#jobs.filter((job) => job.id !== id);
    this.#previews.delete(id);
    this.#losses.delete(id);
    if (this.#chosen === id) this.#chosen = undefined;
  }

  /** Hands the picture over as a download. @throws CallError */
  async export(id: number, format: ExportFormat): Promise<void> {
    const { bytes } = await api.call('paintings.export', { id, format });
    const { extension, type } = types[format];
    if (bytes !== null) download(`painting-${id}.${extension}`, bytes, type);
  }

  #take({ job, preview }: EventPayload<'painting.changed'>): void {
    this.#put(job);
    if (preview !== undefined) this.#previews.set(job.id, new Blob([preview]));
    if (job.progress !== null)
      this.#losses.set(job.id, addPoint(this.losses(job.id), job.progress));
    if (job.state === 'done') this.#finish(job);
  }

  /** What was shown last was a preview on the way. */
  #finish(job: PaintingJob): void {
    void previewOf(job.output).then(
      (picture) => this.#previews.set(job.id, picture),
      () => undefined,
    );
  }

  #put(job: PaintingJob): void {
    const known = this.#jobs.some(({ id }) => id === job.id);
    this.#jobs = known
      ? this.#jobs.map((other) => (other.id === job.id ? job : other))
      : [job, ...this.#jobs];
  }
}

export const paintings = new Paintings();
