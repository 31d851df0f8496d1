import { run } from './run.ts';
import { processTerminal } from './terminal.ts';

const SECOND_INTERRUPT = 130;

/** Aborted by the first Ctrl-C (or SIGTERM); the second one ends the process on the spot. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(SECOND_INTERRUPT);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}

/** `likeness … | head` closes our output early, and that is no failure. */
function surviveClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit();
    });
}

// Process: the command line, one per invocation.

surviveClosedPipe();
process.exitCode = await run(process.argv.slice(2), {
  terminal: processTerminal(interruptSignal()),
  openSession: async (settings) => {
    const { compose, locationsIn } = await import('../compose.ts');
    return compose({ ...settings, locations: locationsIn(process.env) });
  },
});
