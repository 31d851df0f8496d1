import type { IncomingHttpHeaders } from 'node:http';
import fastifyRateLimit from '@fastify/rate-limit';
import fastifyWebsocket from '@fastify/websocket';
import fastify, {
  type FastifyInstance,
  type FastifyServerOptions,
  type onRequestHookHandler,
} from 'fastify';
import { LikenessError } from '../../contract/errors.ts';
import { wireLimits, wirePaths } from '../../contract/wire.ts';
import type { Backend } from '../wire/backend.ts';
import { protectiveHeaders } from '../wire/content-policy.ts';
import type { KioskLock } from '../wire/kiosk-lock.ts';
import { nameOf, type Address } from './address.ts';
import { answerFailures } from './failures.ts';
import { firstCamera } from './first-camera.ts';
import { guard, requireOrigin, type Doors } from './guard.ts';
import { linkOf, Links, publishKey } from './links.ts';
import { servePages, stranger } from './pages.ts';
import { Proof } from './proof.ts';
import { RateStore } from './rate.ts';
import { serveRest } from './rest/routes.ts';
import { Sessions } from './sessions.ts';
import { serveWindow } from './socket.ts';

export interface ServerOptions {
  readonly backend: Backend;
  readonly lock: KioskLock;
  readonly address: Address;
  /** The built window: index.html and what it loads. */
  readonly pages: string;
  /** Requests per minute and client; the socket counts once. */
  readonly requestsPerMinute?: number;
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
const HARD_FRAME_BYTES = wireLimits.messageBytes + 16 * 1024 * 1024;

/**
 * The application behind a loopback address.
 *
 * @throws LikenessError `port_in_use`, `address_refused`.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { address, backend, lock } = options;
  const app = fastify(serverOptions(address));
  const links = new Links();
  const sessions = new Sessions(links);
  const doors = (): Doors => ({
    scheme: address.tls === null ? 'http' : 'https',
    port: portOf(app),
    names: address.names,
  });
  answerFailures(app);
  await protect(app, doors, options.requestsPerMinute ?? 600);
  const camera = (): Promise<string | null> => firstCamera(backend, lock);
  await servePages(app, { sessions, doors, pages: options.pages, camera });
  await serveRest(app, { backend });
  const proof = new Proof(backend, options.tell ?? (() => undefined));
  app.get(
    wirePaths.socket,
    { websocket: true, onRequest: socketGate(sessions, doors) },
    (socket, request) => {
      socket.once('close', sessions.hold(secretOf(request.headers)));
      serveWindow(socket, { backend, lock, proof });
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
  const options: FastifyServerOptions = {
    bodyLimit: 1024 * 1024,
    // For the body to arrive in; an answer may take as long as it needs.
    requestTimeout: 120_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
  };
  // Fastify's types tie `https` to another class of server; nothing here depends on which.
  return tls === null ? options : ({ ...options, https: tls } as FastifyServerOptions);
}

/** Ahead of every route, unknown ones included: rate, headers, origin. */
async function protect(app: FastifyInstance, doors: () => Doors, perMinute: number): Promise<void> {
  // First, as it ends the connection of an upgrade that a later hook refuses.
  await app.register(fastifyWebsocket, {
    options: { maxPayload: HARD_FRAME_BYTES, handleProtocols: () => 'likeness' },
  });
  app.addHook('preClose', (done) => {
    setTimeout(() => app.websocketServer.clients.forEach((client) => client.terminate()), 250);
    done();
  });
  app.addHook('onRequest', async ({ method, url, headers }, reply) => {
    reply.headers(protectiveHeaders);
    guard(doors(), { method, path: url.split('?', 1)[0]!, headers });
  });
  await app.register(fastifyRateLimit, {
    max: perMinute,
    timeWindow: 60_000,
    store: RateStore,
    errorResponseBuilder: (_request, { after }) =>
      new LikenessError('too_many_requests', `Too many requests. Try again in ${after}.`),
  });
}

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
    await app.listen({ host, port });
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
