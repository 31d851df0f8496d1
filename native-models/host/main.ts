// Process: model host. The only kind of process that loads onnxruntime-node.
import { constants, setPriority } from 'node:os';
import { openChannel, Dispatcher } from './dispatcher.ts';
import { createContext, type HostContext } from './context.ts';
import { handlers } from './handlers/index.ts';
import type { HostConfiguration } from '../../contract/host.ts';

const complain = (sentence: string) => void process.stderr.write(`${sentence}\n`);

/** A painting takes all that nobody else wants; faces and windows go first. */
function createContextInBackground(configuration: HostConfiguration): HostContext {
  // Before there are other threads: on Linux each has a priority of its own, and inherits it.
  if (configuration.role === 'studio') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  return createContext(configuration);
}

const channel = openChannel();
if (channel === null) {
  complain('This program is started by Likeness itself and does nothing on its own.');
  process.exitCode = 2;
} else {
  // Ctrl-C in a terminal reaches the whole group; the shell decides when its hosts end.
  process.on('SIGINT', () => undefined);
  const exit = () => process.exit(0);
  new Dispatcher({
    channel,
    handlers,
    exit,
    complain,
    contextFor: createContextInBackground,
  }).start();
}
