import { createHash, randomBytes } from 'node:crypto';
import { LikenessError } from '../../contract/errors.ts';
import type { ApiKey } from '../../contract/application.ts';
import {
  findApiKey,
  insertActivity,
  insertApiKey,
  listApiKeys,
  removeApiKey,
  touchApiKey,
  type Store,
} from '../../db/store.ts';
import { activity } from './kept-settings.ts';
import type { Handler, Handlers } from './context.ts';

/** Tells people, and scanners for leaked secrets, what it is. */
const PREFIX = 'likeness_';
const SECRET_BYTES = 32;
const FORM = /^likeness_[\w-]{43}$/u;
/** Milliseconds within which a key counts as used once. */
const USE_PERIOD = 60_000;

export const listKeys: Handler<'access.listKeys'> = ({ store }) => ({
  keys: store.read(listApiKeys),
});

/** The secret is random throughout, so that a fast hash keeps it as well as a slow one would. */
export const createKey: Handler<'access.createKey'> = ({ store, now }, { name }) => {
  const secret = PREFIX + randomBytes(SECRET_BYTES).toString('base64url');
  const createdAt = now().toISOString();
  const key = store.write((tables) => {
    insertActivity(tables, activity('key-created', null, {}, now()));
    return insertApiKey(tables, { name, createdAt }, hashOf(secret));
  });
  return { key, secret };
};

export const revokeKey: Handler<'access.revokeKey'> = ({ store, now }, { id }) => {
  store.write((tables) => {
    if (!removeApiKey(tables, id))
      throw new LikenessError('key_not_found', `There is no key with the number ${id}.`, {
        details: { id },
      });
    insertActivity(tables, activity('key-revoked', null, {}, now()));
  });
  return {};
};

/** The key of a secret that another program shows; null where it is none, or is revoked. */
export function checkKey(store: Store, secret: string, now: Date): ApiKey | null {
  // Most of what is guessed is no key of ours by its form, and costs no look into the database.
  if (!FORM.test(secret)) return null;
  const key = store.read((tables) => findApiKey(tables, hashOf(secret)));
  if (key === undefined) return null;
  const lastUsed = key.lastUsedAt === null ? -Infinity : Date.parse(key.lastUsedAt);
  // Either way: a time that a wrong clock left in the future must not stay there.
  if (Math.abs(now.getTime() - lastUsed) < USE_PERIOD) return key;
  const lastUsedAt = now.toISOString();
  store.write((tables) => touchApiKey(tables, key.id, lastUsedAt));
  return { ...key, lastUsedAt };
}

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

export const accessHandlers = {
  'access.listKeys': listKeys,
  'access.createKey': createKey,
  'access.revokeKey': revokeKey,
} satisfies Partial<Handlers>;
