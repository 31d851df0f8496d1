// Process: model host. The only kind of process that loads onnxruntime-node.
import { openChannel } from './channel.ts';
import { Dispatcher } from './dispatcher.ts';
import { handlers } from './handlers/index.ts';

const complain = (sentence: string) => void process.stderr.write(`${sentence}\n`);

const channel = openChannel();
if (channel === null) {
  complain('This program is started by Likeness itself and does nothing on its own.');
  process.exitCode = 2;
} else {
  // Ctrl-C in a terminal reaches the whole group; the shell decides when its hosts end.
  process.on('SIGINT', () => undefined);
  new Dispatcher({ channel, handlers, exit: () => process.exit(0), complain }).start();
}
