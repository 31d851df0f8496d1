import type { SingleBar } from 'cli-progress';
import type { Progress } from '../../../../contract/values.ts';
import type { Sink } from '../terminal.ts';

/** Shows how far a long piece of work is; always on standard error. */
interface ProgressReporter {
  report(progress: Progress): void;
  /**
   * Takes the display away; nothing is reported afterwards. The sentence of a failure is said by
   * whoever prints it, and not by the last line here as well.
   */
  stop(failure?: string): void;
}

export async function createProgress(
  sink: Sink,
  { quiet }: { readonly quiet: boolean },
): Promise<ProgressReporter> {
  if (quiet) return silent;
  return sink.interactive ? bar(sink) : lines(sink);
}

const silent: ProgressReporter = { report: () => undefined, stop: () => undefined };

/**
 * One line for each finished item: who reads the log knows what is durable. A refusal waits for
 * whatever comes next, since it may be what the command fails with.
 */
function lines(sink: Sink): ProgressReporter {
  let stage = '';
  let held: { readonly line: string; readonly note: string | undefined } | null = null;
  const release = (): void => {
    if (held !== null) sink.write(held.line);
    held = null;
  };
  return {
    report: (progress) => {
      release();
      const { item, outcome, note } = progress;
      if (item === undefined) {
        if (progress.stage !== stage) sink.write(`${progress.stage} …\n`);
      } else {
        held = { line: `${itemLine(progress, item)}\n`, note };
        if (outcome !== 'refused') release();
      }
      stage = progress.stage;
    },
    stop: (failure) => {
      if (failure !== undefined && held?.note === failure) held = null;
      release();
    },
  };
}

function itemLine({ outcome, note }: Progress, item: string): string {
  const said = [outcome ?? 'done', item].join(' ');
  return note === undefined ? said : `${said}: ${note}`;
}

async function bar(sink: Sink): Promise<ProgressReporter> {
  const { default: cliProgress } = await import('cli-progress');
  const single = new cliProgress.SingleBar(
    {
      format: '{stage}  {bar}  {value}/{total}  {eta_formatted}  {item}',
      barCompleteChar: '━',
      barIncompleteChar: '─',
      barsize: 28,
      hideCursor: true,
      clearOnComplete: true,
      stream: sink.stream,
    },
    cliProgress.Presets.shades_classic,
  );
  return { report: (progress) => draw(single, progress), stop: () => single.stop() };
}

function draw(single: SingleBar, { stage, done, total, item = '' }: Progress): void {
  // Without a total there is nothing to measure against yet.
  if (total === undefined) return;
  const payload = { stage, item };
  if (!single.isActive) single.start(total, done, payload);
  single.setTotal(total);
  single.update(done, payload);
}
