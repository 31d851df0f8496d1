import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { commands, type CommandInput, type CommandName } from '../../../contract/commands.ts';
import { LikenessError } from '../../../contract/errors.ts';
import { wireLimits, wirePaths } from '../../../contract/wire.ts';
import { permitted } from '../../wire/access.ts';
import type { Backend } from '../../wire/backend.ts';
import { fromJson, toJson } from './json-bytes.ts';
import { jsonSchema, openApi } from './openapi.ts';

export interface RestOptions {
  readonly backend: Backend;
}

/**
 * POST /api/v1/<command> for other programs. A key in the Authorization header and nothing else
 * lets them in: no browser sends that by itself, so that a foreign page cannot borrow it.
 */
export async function serveRest(app: FastifyInstance, { backend }: RestOptions): Promise<void> {
  await app.register((api, _options, registered) => {
    // For everybody: it tells of no person and of no setting.
    api.get(`${wirePaths.api}/openapi.json`, async (_request, reply) =>
      reply.type('application/json').send(JSON.stringify(openApi())),
    );
    // Pictures come as they are; nothing else is read but JSON.
    api.addContentTypeParser(/^image\//u, { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    api.post<{ Params: { command: string } }>(
      `${wirePaths.api}/:command`,
      {
        bodyLimit: wireLimits.messageBytes,
        onRequest: (request, _reply, done) => {
          requireKey(backend, request);
          done();
        },
      },
      (request, reply) => carryOut(backend, request.params.command, request, reply),
    );
    // Before the window's pages, which know nothing of these addresses.
    api.route({
      method: ['GET', 'PUT', 'PATCH', 'DELETE'],
      url: `${wirePaths.api}/:command`,
      onRequest: (request, _reply, done) => {
        requireKey(backend, request);
        done();
      },
      handler: (request, reply) => {
        void reply.header('allow', 'POST');
        const { method, url } = request;
        throw new LikenessError('method_refused', `${url} takes POST, not ${method}.`, {
          details: { method, allowed: ['POST'] },
        });
      },
    });
    registered();
  });
}

function requireKey({ checkKey }: Backend, { headers }: FastifyRequest): void {
  const secret = /^Bearer (\S{1,200})$/u.exec(headers.authorization ?? '')?.[1];
  if (secret !== undefined && checkKey(secret) !== null) return;
  throw new LikenessError('not_authorised', 'The key is missing, wrong or revoked.');
}

async function carryOut(
  backend: Backend,
  command: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const name = permitted('program', command);
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const value = await backend.dispatch(name, inputOf(name, request), {
    signal: gone.signal,
    caller: 'program',
  });
  return reply.type('application/json').header('cache-control', 'no-store').send(toJson(value));
}

function inputOf(name: CommandName, request: FastifyRequest): CommandInput<CommandName> {
  const { body, query, headers } = request;
  const input =
    body instanceof Uint8Array
      ? { ...parsedQuery(query), image: { bytes: body, name: fileName(headers['x-file-name']) } }
      : fromJson(jsonSchema(commands[name].input, 'input'), body ?? {});
  // Whatever it is: `dispatch` checks it.
  return input as CommandInput<CommandName>;
}

function fileName(header: string | string[] | undefined): string {
  if (typeof header !== 'string' || header === '') return 'picture';
  try {
    return decodeURIComponent(header);
  } catch {
    return header;
  }
}

/** `?top=3` is a number: values are read as JSON where they are JSON, as text otherwise. */
const parsedQuery = (query: unknown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(query as Record<string, string>).map(([key, text]) => [key, parsed(text)]),
  );

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
