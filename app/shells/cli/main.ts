// Process: the command line, one per invocation.
import { interruptSignal, surviveClosedPipe } from './process.ts';
import { run } from './run.ts';
import { processTerminal } from './terminal.ts';

surviveClosedPipe();
process.exitCode = await run(process.argv.slice(2), {
  terminal: processTerminal(interruptSignal()),
  openSession: async (settings) => (await import('../compose.ts')).compose(settings),
});
