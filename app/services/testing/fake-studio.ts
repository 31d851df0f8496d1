import { stopped } from '../../../foundation/concurrency.ts';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { LikenessError } from '../../../contract/errors.ts';
import type { PaintingResult } from '../../../contract/paintings.ts';
import type { RequestContext } from '../../../contract/rpc.ts';
import type { Progress } from '../../../contract/values.ts';
import type { Evidence } from '../../../native-models/evaluation/verifier.ts';
import type { HostContext } from '../../../native-models/host/context.ts';
import { evaluationHandlers } from '../../../native-models/host/handlers/evaluation.ts';
import type {
  HostMethod,
  HostPayload,
  HostResult,
  ModelHost,
  RequestOptions,
} from '../../model-host/types.ts';

const losses = { content: 1, style: 2, totalVariation: 3 };

/**
 * A studio without a process or a network. It "paints" by counting its steps, a few milliseconds
 * each; the checkpoint holds the last step, the output the numbers of all steps that led to it.
 */
export class FakeStudio implements ModelHost {
  /** Step at which the process dies, once. */
  crashAt: number | null = null;
  /** What the next painting fails with. */
  failure: LikenessError | null = null;
  /** First steps of all paintings. */
  readonly begun: number[] = [];
  readonly #stops = new Map<number, AbortController>();
  #disposed = false;

  async request<M extends HostMethod>(
    method: M,
    payload: HostPayload<M>,
    options: RequestOptions = {},
  ): Promise<HostResult<M>> {
    await pause(1);
    if (method === 'stopPainting') {
      this.#stops.get((payload as HostPayload<'stopPainting'>).job)?.abort();
      return null;
    }
    if (method !== 'paint') throw new LikenessError('internal', `The fake has no ${method}.`);
    return await this.#paint(payload as HostPayload<'paint'>, options);
  }

  async #paint(
    { job, settings, output, checkpoint, previews }: HostPayload<'paint'>,
    { onProgress }: RequestOptions,
  ): Promise<PaintingResult> {
    const stop = new AbortController();
    this.#stops.set(job, stop);
    const trace = existsSync(checkpoint) ? readFileSync(checkpoint, 'utf8').split(' ') : [];
    this.begun.push(trace.length + 1);
    while (trace.length < settings.steps) {
      await pause(5);
      if (this.#disposed || stop.signal.aborted) throw stopped();
      if (this.failure !== null) throw this.failure;
      trace.push(`${trace.length + 1}`);
      if (this.crashAt === trace.length) {
        this.crashAt = null;
        throw new LikenessError('host_crashed', 'The model process died.');
      }
      writeFileSync(checkpoint, trace.join(' '));
      const preview = previews ? { preview: Uint8Array.of(trace.length) } : {};
      const share = trace.length / settings.steps;
      const painting = { losses, share, secondsLeft: 1, ...preview };
      onProgress?.({ stage: 'Painting', done: trace.length, total: settings.steps, painting });
    }
    writeFileSync(output, trace.join(' '));
    return {
      output,
      width: 8,
      height: 8,
      encoder: 'fake',
      provider: 'cpu',
      steps: trace.length,
      losses,
      elapsedMs: 1,
      secondsPerStep: 0.005,
      peakMemoryMb: 1,
      predictedMemoryMb: 1,
      tiles: 1,
      warnings: [],
    };
  }

  readonly state = { kind: 'ready', pid: process.pid } as const;

  onState(): () => void {
    return () => undefined;
  }

  onStart(): () => void {
    return () => undefined;
  }

  reconfigure(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    this.#disposed = true;
    return Promise.resolve();
  }
}

type StudyMethod = 'measureRecognition' | 'calibrateIdentification' | 'compareEncoders';

/** The studies of the real studio, where pairs are weighed by a fake's own measure. */
export async function answerStudy<M extends StudyMethod>(
  method: M,
  payload: HostPayload<M>,
  { signal = new AbortController().signal, onProgress }: RequestOptions,
  evidence: Evidence,
): Promise<HostResult<M>> {
  const handler = evaluationHandlers(() => Promise.resolve(evidence))[method] as (
    host: HostContext,
    payload: HostPayload<M>,
    context: RequestContext,
  ) => Promise<HostResult<M>>;
  const report = (progress: Progress): void => onProgress?.(progress);
  return await handler({} as HostContext, payload, { signal, report });
}
