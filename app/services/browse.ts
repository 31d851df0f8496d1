import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { CommandOutput } from '../../contract/commands.ts';
import { toLikenessError } from '../../contract/errors.ts';
import type { Handler, Handlers } from './context.ts';

type Entry = CommandOutput<'files.browse'>['entries'][number];

/** More are not looked through by hand; whoever has so many types the path. */
const MOST = 2_000;

export const browse: Handler<'files.browse'> = async (_context, { at = homedir(), endings }) => {
  const folder = await nearestFolder(path.resolve(at));
  const parent = path.dirname(folder);
  return {
    folder,
    parent: parent === folder ? null : parent,
    entries: await entriesOf(folder, endings),
    home: homedir(),
    separator: path.sep,
  };
};

/** The folder itself, that of a file, or the part of a path that is there. */
async function nearestFolder(place: string): Promise<string> {
  const found = await stat(place).catch(() => null);
  const above = path.dirname(place);
  return found?.isDirectory() === true || above === place ? place : nearestFolder(above);
}

async function entriesOf(folder: string, endings: readonly string[] | undefined): Promise<Entry[]> {
  const found = await readdir(folder, { withFileTypes: true }).catch((thrown: unknown) => {
    throw toLikenessError(thrown);
  });
  const entries = await Promise.all(
    found
      .filter(({ name }) => !name.startsWith('.'))
      .map(async (entry): Promise<Entry[]> => {
        const place = path.join(folder, entry.name);
        const kind = entry.isSymbolicLink() ? await stat(place).catch(() => null) : entry;
        if (kind?.isDirectory() === true)
          return [{ name: entry.name, path: place, kind: 'folder' }];
        if (kind?.isFile() !== true || !endsWith(entry.name, endings)) return [];
        return [{ name: entry.name, path: place, kind: 'file' }];
      }),
  );
  return entries.flat().sort(byKindAndName).slice(0, MOST);
}

const endsWith = (name: string, endings: readonly string[] | undefined): boolean =>
  endings === undefined || endings.some((ending) => name.toLowerCase().endsWith(ending));

const byKindAndName = (a: Entry, b: Entry): number =>
  Number(b.kind === 'folder') - Number(a.kind === 'folder') ||
  a.name.localeCompare(b.name, undefined, { numeric: true });

export const browseHandlers = {
  'files.browse': browse,
} satisfies Partial<Handlers>;
