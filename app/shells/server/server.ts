import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import fastifyWebsocket from '@fastify/websocket';
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  type onRequestHookHandler,
} from 'fastify';
import { LikenessError } from '../../../contract/errors.ts';
import { wireLimits, wirePaths } from '../../../contract/wire.ts';
import type { Backend } from '../wire/access.ts';
import { protectiveHeaders } from '../wire/pages.ts';
import type { KioskLock } from '../wire/kiosk-lock.ts';
import { nameOf, type Address } from './address.ts';
import {
  answerClientError,
  answerFailures,
  answerUnreadable,
  answerUnroutable,
  routeUnknown,
} from './failures.ts';
import { firstCamera } from './first-camera.ts';
import { guard, requireOrigin, type Doors } from './guard.ts';
import { linkOf, Links, publishKey, Sessions } from './sessions.ts';
import { servePages, shownSecret, stranger } from './pages.ts';
import { Proof } from './proof.ts';
import { Rates, Unproven, usualRates, Turns, type Credential, type RateLimits } from './rate.ts';
import { serveRest } from './rest/routes.ts';
import { serveWindow } from './socket.ts';

export interface ServerOptions {
  readonly backend: Backend;
  readonly lock: KioskLock;
  readonly address: Address;
  /** The built window: index.html and what it loads. */
  readonly pages: string;
  /** See rate.ts; a socket counts once. */
  readonly rates?: RateLimits;
  /** Where `likeness link` finds the key of links; it is in no file without it. */
  readonly dataDir?: string;
  /** Shows a line to whoever started this server, and to nobody else. */
  readonly tell?: (line: string) => void;
}

export interface RunningServer extends AsyncDisposable {
  /** Makes what a browser opens: it admits one window, once, within a quarter of an hour. */
  readonly newLink: () => string;
  readonly origin: string;
  readonly port: number;
}

/** Frames up to here are answered with `message_too_large`; beyond, the socket is closed (1009). */
const HARD_FRAME_BYTES = wireLimits.messageBytes + 1024 * 1024;

/**
 * Connections that the system holds until they are accepted. Where there is no room for one, it is
 * tried again after a whole second: a burst of strangers must not fill it.
 */
const BACKLOG = 4096;

/** Milliseconds for the headers of a request to arrive in, and between looks at who is late. */
const HEADERS_TIMEOUT = 10_000;
const TIMEOUT_CHECKS = 2_000;

/**
 * The application behind a loopback address.
 *
 * @throws LikenessError `port_in_use`, `address_refused`.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { address, backend, lock } = options;
  const rates = new Rates(options.rates ?? usualRates);
  const enter = (request: FastifyRequest, reply: FastifyReply): void => {
    void reply.headers(protectiveHeaders);
    const { method, url, headers, raw } = request;
    // Node would take the first of them and say nothing.
    if ((raw.headersDistinct['host']?.length ?? 0) > 1)
      throw new LikenessError('message_malformed', 'A request has one Host.');
    guard(doors(), { method, path: pathOf(url), headers });
  };
  const app = fastify({
    ...serverOptions(address),
    clientErrorHandler: answerClientError,
    frameworkErrors: answerUnroutable(enter, rates),
  });
  const links = new Links();
  const sessions = new Sessions(links);
  const doors = (): Doors => ({
    scheme: address.tls === null ? 'http' : 'https',
    port: portOf(app),
    names: address.names,
  });
  answerFailures(app, rates);
  await protect(app, enter);
  recognize(app, rates, credentialOf(backend, sessions));
  const camera = (): Promise<string | null> => firstCamera(backend, lock);
  await servePages(app, { sessions, doors, pages: options.pages, camera });
  await serveRest(app, { backend });
  const proof = new Proof(backend, options.tell ?? (() => undefined));
  const turns = new Turns();
  app.get(
    wirePaths.socket,
    { websocket: true, onRequest: socketGate(sessions, doors) },
    (socket, request) => {
      socket.once('close', sessions.hold(secretOf(request.headers)));
      serveWindow(socket, { backend, lock, proof, turns, connection: request.raw.socket });
    },
  );
  await listen(app, address);
  const origin = `${doors().scheme}://${nameOf(address.host)}:${doors().port}`;
  const unpublish = options.dataDir && (await publishKey(options.dataDir, origin, links));
  return {
    newLink: () => linkOf(origin, links.key),
    origin,
    port: doors().port,
    [Symbol.asyncDispose]: async () => {
      if (unpublish) await unpublish();
      await app.close();
    },
  };
}

function serverOptions({ tls }: Address): FastifyServerOptions {
  const timeouts = {
    headersTimeout: HEADERS_TIMEOUT,
    connectionsCheckingInterval: TIMEOUT_CHECKS,
    // Without a Host it is refused as any other wrong one; Node's own answer has none of our headers.
    requireHostHeader: false,
  };
  const options: FastifyServerOptions = {
    bodyLimit: 1024 * 1024,
    // For the body to arrive in; an answer may take as long as it needs.
    requestTimeout: 120_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
  };
  // Fastify's types tie `https` to another class of server; nothing here depends on which.
  const listener: object =
    tls === null
      ? { http: timeouts }
      : { https: { ...tls, ...timeouts, handshakeTimeout: HEADERS_TIMEOUT } };
  return { ...options, ...listener };
}

type Enter = (request: FastifyRequest, reply: FastifyReply) => void;

/** Ahead of every route, unknown ones included: headers, origin. */
async function protect(app: FastifyInstance, enter: Enter): Promise<void> {
  // First, as it ends the connection of an upgrade that a later hook refuses.
  await app.register(fastifyWebsocket, {
    // One message per turn: a packet of a thousand small ones must not hold up everybody else.
    options: {
      maxPayload: HARD_FRAME_BYTES,
      allowSynchronousEvents: false,
      handleProtocols: () => 'likeness',
    },
  });
  answerUnreadable(app);
  app.addHook('preClose', (done) => {
    setTimeout(() => app.websocketServer.clients.forEach((client) => client.terminate()), 250);
    done();
  });
  app.addHook('onRequest', async (request, reply) => {
    enter(request, reply);
    // Before a body is read, and before the plugin opens a socket only to close it.
    const isSocket = request.ws && pathOf(request.url) !== wirePaths.socket;
    if (request.is404 || isSocket) throw routeUnknown(request);
  });
}

const pathOf = (url: string): string => url.split('?', 1)[0]!;

/** Who shows a valid credential is known from here on, spends an allowance of its own, and stays. */
function recognize(
  app: FastifyInstance,
  rates: Rates,
  credentialOf: (request: FastifyRequest) => Credential | null,
): void {
  const unproven = new Unproven();
  const opened = app.server instanceof TlsServer ? 'secureConnection' : 'connection';
  app.server.on(opened, (socket: Socket) => unproven.add(socket));
  app.addHook('onClose', (_app, done) => {
    unproven.close();
    done();
  });
  app.decorateRequest('credential', null);
  app.addHook('onRequest', (request, _reply, done) => {
    request.credential = credentialOf(request);
    if (request.credential !== null) {
      unproven.prove(request.raw.socket);
      rates.admit(request.credential);
    }
    done();
  });
}

const credentialOf =
  (backend: Backend, sessions: Sessions) =>
  ({ headers }: FastifyRequest): Credential | null => {
    const key = /^Bearer (\S{1,200})$/u.exec(headers.authorization ?? '')?.[1];
    if (key !== undefined) {
      const found = backend.checkKey(key);
      return found === null ? null : { kind: 'key', id: String(found.id) };
    }
    const session = shownSecret(headers) ?? secretOf(headers);
    return sessions.has(session) ? { kind: 'session', id: session! } : null;
  };

/** The upgrade itself is refused; a socket that is open has been let in. */
const socketGate =
  (sessions: Sessions, doors: () => Doors): onRequestHookHandler =>
  ({ headers }, _reply, done) => {
    requireOrigin(doors(), headers);
    if (!sessions.has(secretOf(headers))) throw stranger();
    done();
  };

/** A page can give a socket no header but this one; what it names beside the secret is chosen. */
const secretOf = ({ 'sec-websocket-protocol': offered = '' }: IncomingHttpHeaders) =>
  /^likeness, session\.([\w-]{1,200})$/u.exec(offered)?.[1];

function portOf(app: FastifyInstance): number {
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function listen(app: FastifyInstance, { host, port }: Address): Promise<void> {
  try {
    await app.listen({ host, port, backlog: BACKLOG });
  } catch (thrown) {
    await app.close();
    throw translated(thrown, host, port);
  }
}

function translated(thrown: unknown, host: string, port: number): unknown {
  const { code } = thrown as NodeJS.ErrnoException;
  const details = { host, port };
  if (code === 'EADDRINUSE')
    return new LikenessError(
      'port_in_use',
      `Another program, or another Likeness, listens on port ${port}. Give another with --port.`,
      { details, cause: thrown },
    );
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new LikenessError(
      'address_refused',
      `The system does not let Likeness listen on ${host}, port ${port}.`,
      {
        details,
        cause: thrown,
      },
    );
  return thrown;
}
