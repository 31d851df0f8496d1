// Process: the double of a utility process, ahead of its module.
import { EventEmitter } from 'node:events';

const send = process.send!.bind(process);
const port = Object.assign(new EventEmitter(), {
  postMessage: (message: unknown) => void send(message, undefined, {}, () => undefined),
});
process.on('message', (data) => port.emit('message', { data, ports: [] }));
// Electron ends its utility processes with itself.
process.once('disconnect', () => process.exit());
Object.assign(process, { parentPort: port, send: undefined });
