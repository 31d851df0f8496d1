import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { commands, type CommandInput, type CommandName } from '../../../../contract/commands.ts';
import { LikenessError } from '../../../../contract/errors.ts';
import { wireLimits, wirePaths } from '../../../../contract/wire.ts';
import { permitted, type Backend } from '../../wire/access.ts';
import { Turns, type Turn } from '../rate.ts';
import {
  readBody,
  takeJsonApart,
  fromJson,
  toJson,
  type JsonBody,
  type JsonSchema,
} from './bodies.ts';
import { jsonSchema, openApi } from './openapi.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a large body; see rate.ts. */
    turn: Turn | null;
  }
}

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
    const description = JSON.stringify(openApi());
    api.get(`${wirePaths.api}/openapi.json`, async (_request, reply) =>
      reply.type('application/json').send(description),
    );
    readBodies(app, api);
    api.post<{ Params: { command: string } }>(
      `${wirePaths.api}/:command`,
      {
        bodyLimit: wireLimits.messageBytes,
        onRequest: (request, _reply, done) => {
          requireKey(request);
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
        requireKey(request);
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

/** Pictures come as they are; nothing else is read but JSON. */
function readBodies(app: FastifyInstance, api: FastifyInstance): void {
  const turns = new Turns();
  const parseJson = app.getDefaultJsonParser('error', 'error');
  const read = (request: FastifyRequest): Promise<Buffer> =>
    readBody(request.raw, turns, (turn) => (request.turn = turn));
  api.decorateRequest('turn', null);
  api.addHook('preParsing', async (request, reply) => {
    reply.raw.once('close', () => request.turn?.release());
  });
  api.removeAllContentTypeParsers();
  api.addContentTypeParser(/^image\//u, read);
  api.addContentTypeParser('application/json', async (request: FastifyRequest) =>
    takeJsonApart(
      await read(request),
      (text) =>
        new Promise((resolve, reject) => {
          void parseJson(request, text, (error, value) =>
            error === null ? resolve(value) : reject(error),
          );
        }),
    ),
  );
}

function requireKey({ credential }: FastifyRequest): void {
  if (credential?.kind === 'key') return;
  throw new LikenessError('not_authorized', 'The key is missing, wrong or revoked.');
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
  if (body instanceof Uint8Array) {
    const image = { bytes: body, name: fileName(headers['x-file-name']) };
    return { ...parsedQuery(query), image } as unknown as CommandInput<CommandName>;
  }
  const { value, long } = (body ?? { value: {}, long: new Map() }) as JsonBody;
  // Whatever it is: `dispatch` checks it.
  return fromJson(inputSchema(name), value, long) as CommandInput<CommandName>;
}

const inputSchemas = new Map<CommandName, JsonSchema>();

/** Made once: this takes milliseconds. */
function inputSchema(name: CommandName): JsonSchema {
  const schema = inputSchemas.get(name) ?? jsonSchema(commands[name].input, 'input');
  inputSchemas.set(name, schema);
  return schema;
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
