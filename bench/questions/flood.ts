import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { decode, encode } from '@msgpack/msgpack';
import type { ToWindow } from '../../contract/wire.ts';
import { repository } from '../measure/product.ts';
import { sessionOf, startServed, type Served } from '../measure/served.ts';
import type { StrangerReport } from '../measure/stranger.ts';
import { quantile } from '../measure/timing.ts';
import type { Answer, Options } from './question.ts';

/** Requests of the stranger per second, and connections that say half a request and wait. */
const PER_SECOND = 1000;
const HALF_OPEN = 1000;
/** Milliseconds between two requests of the owner, of each kind. */
const PAUSE = 100;
const USUAL_MINUTES = 0.5;

export interface Latencies {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface FloodFigures {
  readonly seconds: number;
  readonly stranger: StrangerReport & { readonly perSecond: number };
  /** By what the owner asked for, without the stranger and beside it. */
  readonly alone: Readonly<Record<string, Latencies>>;
  readonly flooded: Readonly<Record<string, Latencies>>;
  /** What the owner was answered other than it should be. */
  readonly refused: readonly string[];
}

/**
 * How long an owner waits who has a session, a window and a key, while a stranger asks a thousand
 * times a second for what nobody gets.
 */
export async function flood(seconds: number): Promise<FloodFigures> {
  await using served = await startServed();
  const owner = await ownerOf(served);
  try {
    const refused: string[] = [];
    await owner.ask(1, []);
    await served.begin();
    const alone = await owner.ask(seconds, refused);
    const stranger = fork(path.join(repository, 'bench/measure/stranger.ts'), [
      ...[served.port, PER_SECOND, HALF_OPEN].map(String),
    ]);
    const began = performance.now();
    const flooded = await owner.ask(seconds, refused);
    const reported = once(stranger, 'message') as Promise<[StrangerReport]>;
    const lasted = (performance.now() - began) / 1000;
    stranger.send('report');
    const [report] = await reported;
    return {
      seconds,
      alone,
      flooded,
      refused,
      stranger: { ...report, perSecond: report.sent / lasted },
    };
  } finally {
    owner.close();
  }
}

/** `npm run bench -- flood [--minutes <n>]` */
export async function measureFlood({ minutes = USUAL_MINUTES }: Options): Promise<Answer> {
  const figures = await flood(minutes * 60);
  const { stranger, alone, flooded, refused } = figures;
  const answers = Object.entries(stranger.answers).map(([answer, count]) => `${answer}: ${count}`);
  const line = ({ p50Ms, p99Ms, maxMs }: Latencies): string =>
    `${p50Ms.toFixed(1)} ms, 99th percentile ${p99Ms.toFixed(1)} ms, at most ${maxMs.toFixed(1)} ms`;
  return {
    figures,
    lines: [
      `A stranger asks ${stranger.perSecond.toFixed(0)} times a second, is answered ` +
        `${answers.join(', ')}, and holds ${HALF_OPEN} connections`,
      ...Object.keys(flooded).flatMap((what) => [
        `${what}, alone: ${line(alone[what]!)}`,
        `${what}, beside the stranger: ${line(flooded[what]!)}`,
      ]),
      `${refused.length} requests of the owner were refused`,
      ...refused.slice(0, 20).map((refusal) => `  ${refusal}`),
    ],
  };
}

interface Owner {
  readonly ask: (
    seconds: number,
    refused: string[],
  ) => Promise<Readonly<Record<string, Latencies>>>;
  readonly close: () => void;
}

/** Gives what was answered: a status, or `ok` over the socket. */
type Deed = () => Promise<string | number>;

async function ownerOf(served: Served): Promise<Owner> {
  const { origin, key } = served;
  const secret = await sessionOf(served);
  const first = await openWindow(origin, secret);
  const status = async (where: string, init: RequestInit): Promise<number> => {
    const answer = await fetch(origin + where, init);
    await answer.arrayBuffer();
    return answer.status;
  };
  const session = { authorization: `Session ${secret}` };
  const deeds: Readonly<Record<string, readonly [Deed, string | number]>> = {
    'A request of the window': [() => first.ask(), 'ok'],
    'A new socket': [
      async () => {
        const window = await openWindow(origin, secret);
        const answer = await window.ask();
        window.close();
        return answer;
      },
      'ok',
    ],
    'The session': [() => status('/session', { headers: session }), 204],
    'The page of a link': [() => status('/open', {}), 200],
    'A program with its key': [
      () =>
        status('/api/v1/people.list', {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: '{}',
        }),
      200,
    ],
  };
  return {
    ask: async (seconds, refused) => {
      const until = performance.now() + seconds * 1000;
      const measured = await Promise.all(
        Object.entries(deeds).map(async ([what, [deed, expected]]) => {
          const times: number[] = [];
          do {
            const began = performance.now();
            const answer = await deed().catch((thrown: unknown) => String(thrown));
            times.push(performance.now() - began);
            if (answer !== expected) refused.push(`${what}: ${answer}`);
            await rest(PAUSE);
          } while (performance.now() < until);
          return [what, latenciesOf(times)] as const;
        }),
      );
      return Object.fromEntries(measured);
    },
    close: () => first.close(),
  };
}

const latenciesOf = (times: readonly number[]): Latencies => ({
  count: times.length,
  p50Ms: quantile(times, 0.5),
  p99Ms: quantile(times, 0.99),
  maxMs: Math.max(...times),
});

async function openWindow(origin: string, secret: string) {
  const options = { protocols: ['likeness', `session.${secret}`], headers: { origin } };
  // Options of Node, which the types of the DOM do not know.
  const socket = new WebSocket(
    `${origin.replace('http', 'ws')}/socket`,
    options as unknown as string[],
  );
  socket.binaryType = 'arraybuffer';
  const waiting = new Map<number, (answer: string) => void>();
  socket.addEventListener('message', ({ data }) => {
    const message = decode(data as ArrayBuffer) as ToWindow;
    if (message.kind !== 'response') return;
    waiting.get(message.id)?.(message.result.ok ? 'ok' : message.result.error.code);
    waiting.delete(message.id);
  });
  socket.addEventListener('close', ({ code }) => {
    waiting.forEach((answer) => answer(`closed ${code}`));
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error('The socket was refused.')));
  });
  let id = 0;
  return {
    ask: () =>
      new Promise<string>((resolve) => {
        waiting.set(++id, resolve);
        socket.send(encode({ kind: 'request', id, command: 'people.list', input: {} }));
      }),
    close: () => socket.close(),
  };
}
