import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { LikenessError } from '../../contract/errors.ts';
import { withCamera } from './first-camera.ts';
import { openPath, requireOrigin, type Doors } from './guard.ts';
import { languageOf, openPage, openScript, openStyle, type PageLanguage } from './open-page.ts';
import type { Sessions } from './sessions.ts';

export interface PageOptions {
  readonly sessions: Sessions;
  readonly doors: () => Doors;
  /** The folder of index.html. */
  readonly pages: string;
  /** See first-camera.ts. */
  readonly camera: () => Promise<string | null>;
}

type Cookies = Readonly<Record<string, string | undefined>>;

const Token = z.strictObject({ token: z.string().max(200) });

/**
 * The window's pages, for sessions only. The link carries its token behind `#`, which no server,
 * log or referrer sees; the page that it opens trades it for a cookie.
 *
 * Gives what throws `not_authorised` for cookies without a session.
 */
export async function servePages(
  app: FastifyInstance,
  { sessions, doors, pages, camera }: PageOptions,
): Promise<(cookies: Cookies) => void> {
  // Cookies do not tell ports apart, so that two servers would throw each other's sessions out.
  const cookieName = () => `likeness-${doors().port}`;
  const admit = (cookies: Cookies): void => {
    if (!sessions.has(cookies[cookieName()])) throw stranger();
  };
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
  serveOpen(openPath, 'text/html', openPage);
  serveOpen(`${openPath}.js`, 'text/javascript', () => openScript);
  serveOpen(`${openPath}.css`, 'text/css', () => openStyle);
  app.post(
    '/session',
    { bodyLimit: 1024, config: { rateLimit: { max: 20, timeWindow: 60_000 } } },
    async ({ body, headers }, reply) => {
      requireOrigin(doors(), headers);
      const id = sessions.begin(Token.safeParse(body).data?.token ?? '');
      if (id === null) throw stranger();
      const secure = doors().scheme === 'https';
      const scope = { httpOnly: true, sameSite: 'strict', path: '/', secure } as const;
      return reply.setCookie(cookieName(), id, scope).code(204).send();
    },
  );
  await app.register(async (inside) => {
    inside.addHook('onRequest', ({ cookies }, _reply, done) => {
      admit(cookies);
      done();
    });
    inside.get('/', async (_request, reply) => {
      requireBuilt(pages);
      const page = await readFile(path.join(pages, 'index.html'), 'utf8');
      return reply
        .type('text/html; charset=utf-8')
        .header('cache-control', 'no-store')
        .send(withCamera(page, await camera()));
    });
    await inside.register(fastifyStatic, {
      root: pages,
      serve: true,
      index: false,
      dotfiles: 'ignore',
      globIgnore: ['**/index.html'],
      cacheControl: false,
      etag: true,
    });
  });
  return admit;
}

const stranger = (): LikenessError =>
  new LikenessError('not_authorised', 'Open the link that Likeness has printed at its start.');

function requireBuilt(pages: string): void {
  if (existsSync(path.join(pages, 'index.html'))) return;
  throw new LikenessError(
    'window_missing',
    `${pages} holds no built window. Run \`npm run build\`.`,
  );
}
