// Process: a stranger, who asks a server a thousand times a second and is let in nowhere.
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';

/** Milliseconds between two bursts. */
const BEAT = 10;
/** Requests on their way above which no more are sent: the server is not to be blamed for them. */
const MOST_OPEN = 2000;

/** What was sent, and what it was answered with, by HTTP status. */
export interface StrangerReport {
  readonly sent: number;
  readonly answers: Readonly<Record<string, number>>;
}

const [port, perSecond, halfOpen] = process.argv.slice(2).map(Number) as [number, number, number];
const origin = `http://127.0.0.1:${port}`;
const agent = new Agent({ keepAlive: true, maxSockets: 200 });
const answers: Record<string, number> = {};
let [sent, open] = [0, 0];

interface Kind {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const json = { 'content-type': 'application/json' };
const upgrade = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
};
const kinds: readonly ((n: number) => Kind)[] = [
  () => ({ path: '/' }),
  () => ({ path: '/session' }),
  () => ({ path: '/window', headers: { authorization: 'Session x' } }),
  () => ({ path: '/api/v1/people.list', method: 'POST', headers: json, body: '{}' }),
  (n) => ({
    path: '/api/v1/people.list',
    method: 'POST',
    headers: { ...json, authorization: `Bearer likeness_${String(n).padStart(43, 'x')}` },
    body: '{}',
  }),
  (n) => ({
    path: '/session',
    method: 'POST',
    headers: { ...json, origin },
    body: JSON.stringify({ token: String(n).padStart(80, 'x') }),
  }),
  () => ({ path: '/', headers: { origin: 'https://evil.example' } }),
  () => ({ path: '/', headers: { host: 'evil.example' } }),
  () => ({ path: '/socket', headers: { ...upgrade, origin } }),
  () => ({
    path: '/socket',
    headers: { ...upgrade, origin, 'sec-websocket-protocol': 'likeness, session.x' },
  }),
  () => ({ path: '/..%2f..%2fetc/passwd' }),
  (n) => ({ path: `/nothing/${n}` }),
];

function ask(n: number): void {
  const { path, method = 'GET', headers = {}, body } = kinds[n % kinds.length]!(n);
  sent++;
  open++;
  const asked = request({ host: '127.0.0.1', port, path, method, headers, agent });
  const done = (answer: string): void => {
    open--;
    answers[answer] = (answers[answer] ?? 0) + 1;
  };
  asked.on('response', (response) => {
    response.resume();
    done(String(response.statusCode));
  });
  asked.on('upgrade', (_response, socket: Socket) => {
    socket.destroy();
    done('let in');
  });
  asked.on('error', () => done('closed'));
  asked.end(body);
}

/** Half a request each, kept up: as many as were asked for are open at any time. */
function hold(): void {
  const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: 127'));
  socket.on('error', () => undefined).on('close', () => again());
}

/** Not all at the same moment: that would be a flood of its own. */
const again = (): void => void setTimeout(hold, 500 + Math.random() * 1000);

for (let i = 0; i < halfOpen; i++) again();
const began = performance.now();
setInterval(() => {
  const due = Math.floor(((performance.now() - began) / 1000) * perSecond);
  while (sent < due && open < MOST_OPEN) ask(sent);
}, BEAT);

process.on('message', () => {
  const report: StrangerReport = { sent, answers };
  process.send!(report, () => process.exit());
});
