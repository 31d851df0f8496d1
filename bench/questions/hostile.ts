import { request } from 'node:http';
import { connect } from 'node:net';
import { decode } from '@msgpack/msgpack';
import type { ToWindow } from '../../contract/wire.ts';
import {
  COMMANDS,
  frameMessages,
  imageMessages,
  jsonMessages,
  oddHeaders,
  pick,
  QUERIES,
  randomOf,
  rawRequest,
  rawUpgrade,
  TYPES,
  type Random,
} from '../data/hostile-messages.ts';
import { sessionOf, startServed, type Served } from '../measure/served.ts';
import type { Answer, Options } from './question.ts';

/** Milliseconds for which the main process may stand still, and 10⁶ bytes that it may take. */
const MOST_BLOCKED = 250;
const MOST_MB = 600;
/** Milliseconds after which an answer is missed. */
const PATIENCE = 60_000;
const AT_ONCE = 4;
const USUAL_MESSAGES = 10_000;

export interface EntranceFigures {
  readonly messages: number;
  /** By HTTP status, or code of an error; `closed` where the connection was ended without a word. */
  readonly answers: Readonly<Record<string, number>>;
  readonly longestBlockMs: number;
  readonly longestGapMs: number;
  /** Since the start of the server. */
  readonly peakMb: number;
}

export interface HostileFigures {
  readonly seed: number;
  readonly entrances: Readonly<Record<string, EntranceFigures>>;
  /** Defects: a crash, an error of ours, an answer that is missed. */
  readonly findings: readonly string[];
}

/** What one entrance does with a message; gives what the answer was. */
type Entrance = (message: number, random: Random) => Promise<string>;

/**
 * Sends hostile messages (deep, wide, huge, cut off) to every entrance of a real server. The same
 * seed gives the same messages.
 *
 * @param huge whether some are as large as messages may be
 */
export async function hostile(
  messages: number,
  seed: number,
  huge = true,
): Promise<HostileFigures> {
  await using served = await startServed();
  const entrances = entrancesOf(served, huge);
  const figures: Record<string, EntranceFigures> = {};
  const findings: string[] = [];
  for (const [name, entrance] of Object.entries(entrances)) {
    const answers: Record<string, number> = {};
    await served.begin();
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < messages && served.ended() === null) {
        const message = next++;
        const answer = await entrance(message, randomOf(seed * 1_000_003 + message));
        answers[answer] = (answers[answer] ?? 0) + 1;
        if (/^(500|internal|missed)/u.test(answer)) findings.push(`${name} ${message}: ${answer}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const end = served.ended();
    if (end !== null) {
      findings.push(`${name}: the server ended with ${end}`);
      break;
    }
    figures[name] = { messages: next, answers, ...(await served.report()) };
  }
  return { seed, entrances: figures, findings };
}

/** `npm run bench -- hostile [--mutants <n>] [--seed <n>]` */
export async function measureHostile(options: Options): Promise<Answer> {
  const { mutants: messages = USUAL_MESSAGES, seed = 1 } = options;
  const figures = await hostile(messages, seed);
  const { entrances, findings } = figures;
  const all = Object.values(entrances);
  const blocked = Math.max(...all.map(({ longestBlockMs }) => longestBlockMs));
  const peak = Math.max(...all.map(({ peakMb }) => peakMb));
  return {
    figures,
    lines: [
      `Seed ${seed}, ${messages} messages to each entrance`,
      ...Object.entries(entrances).flatMap(([name, entrance]) => [
        `${name}: blocked for ${entrance.longestBlockMs.toFixed(0)} ms at most ` +
          `(${entrance.longestGapMs.toFixed(0)} ms with what the machine did besides), ` +
          `${entrance.peakMb.toFixed(0)} MB`,
        `  ${Object.entries(entrance.answers)
          .map(([answer, count]) => `${answer}: ${count}`)
          .join(', ')}`,
      ]),
      `Blocked for ${blocked.toFixed(0)} ms at most, of ${MOST_BLOCKED}; ` +
        `${peak.toFixed(0)} MB, of ${MOST_MB}`,
      `${findings.length} findings`,
      ...findings.slice(0, 50).map((finding) => `  ${finding}`),
    ],
  };
}

function entrancesOf(served: Served, huge: boolean): Record<string, Entrance> {
  const json = jsonMessages(huge);
  const frames = frameMessages(huge);
  const images = imageMessages(huge);
  const key = { authorization: `Bearer ${served.key}` };
  const windows = Array.from({ length: AT_ONCE }, () => new HostileWindow(served));
  return {
    'Addresses and headers': (_message, random) => sayRaw(served.port, rawRequest(served, random)),
    'REST, JSON': (message, random) =>
      post(served.port, `/api/v1/${pick(COMMANDS, random)}`, {
        headers: { ...key, 'content-type': 'application/json', ...oddHeaders(random) },
        body: json(message, random),
        chunked: random(4) === 0,
      }),
    'REST, pictures': (message, random) =>
      post(served.port, `/api/v1/faces.detect?${pick(QUERIES, random)}`, {
        headers: { ...key, 'content-type': pick(TYPES, random) },
        body: images(message, random),
        chunked: random(4) === 0,
      }),
    'Socket with a session': (message, random) =>
      windows[message % AT_ONCE]!.say(frames(message, random)),
    'Socket without a session': (_message, random) =>
      sayRaw(served.port, rawUpgrade(served, random)),
    'Tokens of links': (message, random) =>
      post(served.port, '/session', {
        headers: { origin: served.origin, 'content-type': 'application/json' },
        body: json(message, random),
        chunked: random(4) === 0,
      }),
  };
}

/** Says exactly this, and no more; what is not complete is given up after a while. */
function sayRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(text, 'latin1'));
    const done = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(/^HTTP\/1\.1 (\d+)/u.exec(answer)?.[1] ?? 'closed');
    };
    const timer = setTimeout(() => {
      answer = 'HTTP/1.1 missed';
      socket.destroy();
      resolve('missed');
    }, PATIENCE);
    socket.setEncoding('latin1').on('data', (part: string) => (answer += part.slice(0, 1000)));
    socket.on('close', done).on('error', done);
  });
}

interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly chunked: boolean;
}

/** Gives the status; a connection that is closed while a body is on its way has said its answer. */
function post(port: number, where: string, { headers, body, chunked }: Post): Promise<string> {
  return new Promise((resolve) => {
    const length = chunked ? {} : { 'content-length': String(body.length) };
    const asked = request({
      host: '127.0.0.1',
      port,
      path: where,
      method: 'POST',
      agent: false,
      headers: { ...headers, ...length },
    });
    const timer = setTimeout(() => {
      asked.destroy();
      resolve('missed');
    }, PATIENCE);
    const done = (answer: string): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    asked.on('response', (response) => {
      response.resume().on('close', () => done(String(response.statusCode)));
    });
    asked.on('error', () => done('closed'));
    asked.end(body);
  });
}

/** A window that sends whatever it likes, and comes back where it is thrown out. */
class HostileWindow {
  readonly #served: Served;
  #secret = '';
  #socket: WebSocket | null = null;
  #answered: (answer: string) => void = () => undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(served: Served) {
    this.#served = served;
  }

  /** The code of the answer, or of the end of the socket; one message after the other. */
  say(frame: Uint8Array<ArrayBuffer>): Promise<string> {
    const said = this.#queue.then(() => this.#say(frame));
    this.#queue = said;
    return said;
  }

  async #say(frame: Uint8Array<ArrayBuffer>): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    const timer = setTimeout(() => resolve('missed'), PATIENCE);
    this.#answered = resolve;
    const socket = this.#socket ?? (await this.#open());
    if (socket !== null) socket.send(frame);
    const answer = socket === null ? 'missed: no socket' : await promise;
    clearTimeout(timer);
    if (answer === 'missed') socket?.close();
    return answer;
  }

  async #open(): Promise<WebSocket | null> {
    const { origin } = this.#served;
    // A session ends a minute after its last socket.
    this.#secret ||= await sessionOf(this.#served);
    const protocols = ['likeness', `session.${this.#secret}`];
    // Options of Node, which the types of the DOM do not know.
    const options = { protocols, headers: { origin } } as unknown as string[];
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/socket`, options);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => {
      const message = decode(data as ArrayBuffer) as ToWindow;
      if (message.kind === 'refused') this.#answered(message.error.code);
      else if (message.kind === 'response')
        this.#answered(message.result.ok ? 'ok' : message.result.error.code);
    });
    socket.addEventListener('close', ({ code }) => {
      this.#socket = null;
      this.#answered(`closed ${code}`);
    });
    const opened = await new Promise((resolve) => {
      socket.addEventListener('open', () => resolve(true));
      socket.addEventListener('error', () => resolve(false));
    });
    this.#socket = opened === true ? socket : null;
    return this.#socket;
  }
}
