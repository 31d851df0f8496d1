import type { SingleBar } from 'cli-progress';
import type { Progress } from '../../../contract/values.ts';
import type { Sink } from '../terminal.ts';

/** Shows how far a long piece of work is; always on standard error. */
export interface ProgressReporter {
  report(progress: Progress): void;
  /** Takes the display away; nothing is reported afterwards. */
  stop(): void;
}

export async function createProgress(
  sink: Sink,
  { quiet }: { readonly quiet: boolean },
): Promise<ProgressReporter> {
  if (quiet) return silent;
  return sink.interactive ? bar(sink) : lines(sink);
}

const silent: ProgressReporter = { report: () => undefined, stop: () => undefined };

/** One line for each finished item, written at once: who reads the log knows what is durable. */
function lines(sink: Sink): ProgressReporter {
  let stage = '';
  return {
    report: (progress) => {
      const { item } = progress;
      if (item !== undefined)
        sink.write(`${itemLine(progress, item)}
`);
      else if (progress.stage !== stage)
        sink.write(`${progress.stage} …
`);
      stage = progress.stage;
    },
    stop: () => undefined,
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
