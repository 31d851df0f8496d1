import { existsSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { LikenessError } from '../../../contract/errors.ts';
import { withCamera } from './first-camera.ts';
import { requireOrigin, type Doors } from './guard.ts';
import { openPath, type Sessions } from './sessions.ts';
import {
  keeperScript,
  languageOf,
  openPage,
  openScript,
  openStyle,
  type PageLanguage,
} from './open-page.ts';

export interface PageOptions {
  readonly sessions: Sessions;
  readonly doors: () => Doors;
  /** The folder of index.html. */
  readonly pages: string;
  /** See first-camera.ts. */
  readonly camera: () => Promise<string | null>;
}

const Token = z.strictObject({ token: z.string().max(200) });

/**
 * The window's pages. Everybody of this origin may load them, as they hold nothing; what they show
 * comes over the socket, for sessions only. A link carries its token behind `#`, which no server,
 * log or referrer sees; the page that it opens trades it for the secret of a session, and becomes
 * the window.
 */
export async function servePages(
  app: FastifyInstance,
  { sessions, doors, pages, camera }: PageOptions,
): Promise<void> {
  const serveOpen = (
    where: string,
    type: string,
    text: (language: PageLanguage) => string,
  ): void => {
    app.get(where, async ({ headers }, reply) =>
      reply
        .type(`${type}; charset=utf-8`)
        .headers({ 'cache-control': 'no-store', vary: 'accept-language' })
        .send(text(languageOf(headers))),
    );
  };
  for (const where of ['/', '/index.html', openPath]) serveOpen(where, 'text/html', openPage);
  serveOpen(`${openPath}.js`, 'text/javascript', () => openScript);
  serveOpen(`${openPath}.css`, 'text/css', () => openStyle);
  serveOpen('/keeper.js', 'text/javascript', () => keeperScript);
  app.post('/session', { bodyLimit: 1024 }, async ({ body, headers }, reply) => {
    requireOrigin(doors(), headers);
    const secret = sessions.begin(Token.safeParse(body).data?.token ?? '');
    if (secret === null) throw stranger();
    return reply.header('cache-control', 'no-store').send({ secret });
  });
  app.get('/session', async (request, reply) => {
    if (!sessions.has(shownSecret(request.headers))) throw stranger();
    return reply.code(204).header('cache-control', 'no-store').send();
  });
  app.get('/window', async (request, reply) => {
    if (!sessions.has(shownSecret(request.headers))) throw stranger();
    requireBuilt(pages);
    const page = await readFile(path.join(pages, 'index.html'), 'utf8');
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(withCamera(page, await camera()));
  });
  await app.register(fastifyStatic, {
    root: pages,
    serve: true,
    index: false,
    dotfiles: 'ignore',
    globIgnore: ['**/index.html'],
    cacheControl: false,
    etag: true,
  });
}

/** What a page shows of its session; a browser sends this header to nobody by itself. */
export const shownSecret = (headers: IncomingHttpHeaders): string | undefined =>
  /^Session (\S{1,200})$/u.exec(headers.authorization ?? '')?.[1];

export const stranger = (): LikenessError =>
  new LikenessError('not_authorized', 'Open a new link of Likeness: `likeness link` prints one.');

function requireBuilt(pages: string): void {
  if (existsSync(path.join(pages, 'index.html'))) return;
  throw new LikenessError(
    'window_missing',
    `${pages} holds no built window. Run \`npm run build\`.`,
  );
}
