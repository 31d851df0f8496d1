import type { Adoption, UndoneAdoption } from '../../../contract/models.ts';
import type { ModelSummary } from '../../../contract/commands.ts';
import { api, type CommandOutput } from '../api.ts';
import { models } from './models.svelte.ts';
import { system } from './system.svelte.ts';
import { describe } from './toasts.svelte.ts';
import { Work } from './work.svelte.ts';

export type { AdoptedPerson } from '../../../contract/models.ts';
export type { UndoneAdoption };

type Standing = CommandOutput<'models.strangers'>;

/** How far somebody is with changing the encoder to `id`. */
export type Change = { readonly id: string } & (
  | { readonly kind: 'trying' }
  /** `stopped`: it was begun, and somebody stopped it. */
  | { readonly kind: 'planned'; readonly plan: Adoption; readonly stopped: boolean }
  | { readonly kind: 'working'; readonly plan: Adoption }
  | { readonly kind: 'done'; readonly result: Adoption }
  | { readonly kind: 'failed'; readonly problem: string }
);

/** Known people who would be missed by either encoder, where strangers are named as rarely by both. */
export interface Gain {
  /** With so many enrolled. */
  readonly people: number;
  /** 0…1 */
  readonly missedNow: number;
  readonly missedThen: number;
}

/** Where the figures of two encoders are compared: at most one stranger in a hundred is named. */
const ACCEPTED = 0.01;
/** With fewer people enrolled, encoders hardly differ; who goes on enrolling comes here. */
const FEWEST = 100;

/**
 * Another encoder of faces: what it would change, the change itself, and the way back. It outlives
 * the screen that shows it.
 */
class EncoderChange {
  readonly work = new Work();
  #now = $state.raw<Change>();
  #startedAt = 0;
  #standing = $state.raw<Standing>();
  #gain = $state.raw<Gain & { readonly id: string }>();
  #problem = $state<string>();
  #declined = $state(false);
  #listens = false;

  get now(): Change | undefined {
    return this.#now;
  }

  /** Seconds that are left, once that can be told. */
  get secondsLeft(): number | undefined {
    const { done = 0, total } = this.work.progress ?? {};
    if (total === undefined || done < 3) return undefined;
    return ((performance.now() - this.#startedAt) / 1000 / done) * (total - done);
  }

  /** Whom the encoder in use does not know. */
  get strangers(): Standing['people'] {
    return this.#standing?.people ?? [];
  }

  /** Id of the encoder that an undo would bring back. */
  get former(): string | undefined {
    const { former = null, encoder } = this.#standing ?? {};
    if (former === null || encoder === undefined) return undefined;
    const isInUse = former.id === encoder.id && former.version === encoder.version;
    return isInUse ? undefined : former.id;
  }

  /**
   * The recommended encoder, where a lesser one of ours is in use; undefined also where somebody has
   * said “not now”. An imported encoder was somebody's own choice.
   */
  get offer(): ModelSummary | undefined {
    if (this.#declined) return undefined;
    const encoders = models.of('encoder');
    const inUse = encoders.find(({ active }) => active);
    if (inUse === undefined || inUse.origin === 'imported' || inUse.recommended) return undefined;
    const best = encoders.find(({ recommended }) => recommended);
    return best?.state === 'corrupt' ? undefined : best;
  }

  /** What the offer would change; undefined where it is not known, or nothing. */
  get gain(): Gain | undefined {
    return this.#gain?.id === this.offer?.id ? this.#gain : undefined;
  }

  /** Why the offer could not be fetched. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Reads whether there is an offer, and what it would change. @throws CallError */
  async loadOffer(): Promise<void> {
    await models.load();
    const best = this.offer;
    if (best === undefined || this.#gain?.id === best.id) return;
    const people = Math.max(FEWEST, system.status?.people ?? 0);
    const [now, then] = await Promise.all([
      api.call('calibration.outlook', { figures: 'shipped', people }),
      api.call('calibration.outlook', {
        model: { id: best.id, version: best.version },
        figures: 'shipped',
        people,
      }),
    ]);
    const missed = ({ choices }: CommandOutput<'calibration.outlook'>) =>
      choices.find(({ wanted }) => wanted >= ACCEPTED)?.missed ?? null;
    const [missedNow, missedThen] = [missed(now), missed(then)];
    if (missedNow === null || missedThen === null) return;
    this.#gain = { id: best.id, people, missedNow, missedThen };
  }

  readonly decline = (): void => {
    this.#declined = true;
  };

  /**
   * Fetches the offer where it is not here, and changes to it. Where somebody would have to be
   * enrolled again, that is asked about first.
   */
  async accept(): Promise<void> {
    const best = this.offer;
    if (best === undefined) return;
    this.#problem = undefined;
    try {
      if (best.state !== 'ready' && !(await models.fetch(best.id))) return;
    } catch (error) {
      this.#problem = describe(error);
      return;
    }
    // Where nobody is enrolled, it is in use as soon as it is here.
    if (models.of('encoder').find(({ active }) => active)?.id === best.id) return;
    await this.consider(best.id);
    const change = this.#now;
    if (change?.kind !== 'planned' || change.plan.people.some(({ enrollAgain }) => enrollAgain))
      return;
    await this.begin();
  }

  /** Reads how things stand, and again whenever models or people change. @throws CallError */
  async load(): Promise<void> {
    if (!this.#listens)
      for (const event of ['models.changed', 'people.changed'] as const)
        api.on(event, () => void this.load().catch(() => undefined));
    this.#listens = true;
    this.#standing = await api.call('models.strangers', {});
  }

  /** Tries everything and changes nothing, to see what the change would bring. */
  async consider(id: string): Promise<void> {
    this.#now = { id, kind: 'trying' };
    await this.#attempt(id, true, (plan) =>
      plan === undefined ? undefined : { id, kind: 'planned', plan, stopped: false },
    );
  }

  /** Makes the change that was considered; stopped, it has changed nothing. */
  async begin(): Promise<void> {
    const change = this.#now;
    if (change?.kind !== 'planned') return;
    const { id, plan } = change;
    this.#now = { id, kind: 'working', plan };
    await this.#attempt(id, false, (result) =>
      result === undefined
        ? { id, kind: 'planned', plan, stopped: true }
        : { id, kind: 'done', result },
    );
  }

  /** A change under way goes on until it is stopped. */
  readonly dismiss = (): void => {
    if (this.#now?.kind === 'working') return;
    this.work.stop();
    this.#now = undefined;
  };

  /** Undefined where it was stopped. @throws CallError */
  planUndo(): Promise<UndoneAdoption | undefined> {
    return this.work.run((options) => api.call('models.undoAdoption', { dryRun: true }, options));
  }

  /** @throws CallError */
  undo(): Promise<UndoneAdoption> {
    return api.call('models.undoAdoption', {});
  }

  async #attempt(
    id: string,
    dryRun: boolean,
    next: (result: Adoption | undefined) => Change | undefined,
  ): Promise<void> {
    const begun = this.#now;
    this.#startedAt = performance.now();
    const after = await this.work
      .run(
        (options) => api.call('models.adopt', { id, dryRun }, options),
        dryRun ? undefined : 'adoption',
      )
      .then(next, (error: unknown): Change => ({ id, kind: 'failed', problem: describe(error) }));
    // It may have been dismissed meanwhile.
    if (this.#now === begun) this.#now = after;
  }
}

export const encoderChange = new EncoderChange();
