import { realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import {
  commands,
  type CommandName,
  type CommandOutput,
  type CommandPayload,
} from '../../contract/commands.ts';
import { LikenessError, toLikenessError } from '../../contract/errors.ts';
import { mapPlaces, type Place, type Schema } from '../../contract/places.ts';
import { ProgramFolders, type ProgramFolder } from '../../contract/application.ts';
import { confined, isWithin, withoutLinks } from '../../foundation/files/confinement.ts';
import {
  insertActivity,
  readSetting,
  writeSetting,
  type ReadableStore,
  type WritableStore,
} from '../../db/store.ts';
import { activity } from './kept-settings.ts';
import type { Handler, ServiceContext, Handlers } from './context.ts';
import { pictureFolder } from './picture-names.ts';

type FolderContext = Pick<ServiceContext, 'store' | 'samples' | 'configuration'>;

export const listFolders: Handler<'access.listFolders'> = ({ store }) => ({
  folders: store.read(foldersOf),
});

export const allowFolder: Handler<'access.allowFolder'> = async (context, payload) => {
  const { store, now } = context;
  const { name, access } = payload;
  const folder = { name, access, path: await folderFor(context, payload.path) };
  store.write((tables) => {
    const others = foldersOf(tables).filter((other) => !isCalled(other, name));
    keepFolders(tables, [...others, folder], now());
  });
  return { folder };
};

export const removeFolder: Handler<'access.removeFolder'> = ({ store, now }, { name }) => {
  store.write((tables) => {
    const folders = foldersOf(tables);
    const others = folders.filter((other) => !isCalled(other, name));
    if (others.length === folders.length)
      throw new LikenessError('file_not_found', `Programs have no folder ${name}.`, {
        details: { name },
      });
    keepFolders(tables, others, now());
  });
  return {};
};

/** The folders that programs may use, in the order of their names. */
function foldersOf(tables: ReadableStore): ProgramFolder[] {
  const kept = readSetting(tables, 'programs.folders');
  if (kept === undefined) return [];
  try {
    return ProgramFolders.parse(JSON.parse(kept));
  } catch {
    // Rather none than one that nobody has allowed.
    return [];
  }
}

function keepFolders(tables: WritableStore, folders: readonly ProgramFolder[], now: Date): void {
  const sorted = folders.toSorted((a, b) => a.name.localeCompare(b.name));
  writeSetting(tables, 'programs.folders', JSON.stringify(sorted));
  insertActivity(tables, activity('settings-changed', null, { changed: 1 }, now));
}

const isCalled = (folder: Pick<ProgramFolder, 'name'>, name: string): boolean =>
  folder.name.normalize().toLowerCase() === name.normalize().toLowerCase();

/**
 * The folder in full and without links. One that has to do with what Likeness keeps is none for
 * programs: they would read faces and keys there, or write its code.
 *
 * @throws LikenessError file_not_found, file_not_directory, file_unreadable, folder_refused
 */
async function folderFor(context: FolderContext, given: string): Promise<string> {
  const folder = await realpath(path.resolve(given)).catch((thrown: unknown) => {
    throw toLikenessError(thrown);
  });
  if (!(await stat(folder)).isDirectory())
    throw new LikenessError('file_not_directory', `${folder} is no folder.`, {
      details: { file: folder },
    });
  if (await isOurs(context, folder))
    throw new LikenessError(
      'folder_refused',
      `${folder} holds what Likeness itself keeps, or lies in it. Choose a folder beside or inside it.`,
      { details: { file: folder } },
    );
  return folder;
}

/** Whether the folder contains, or lies in, that of the data or that of the program. */
async function isOurs({ store, configuration }: FolderContext, folder: string): Promise<boolean> {
  const own = [store.file, configuration.builtInModels, configuration.userModels];
  const real = await Promise.all(
    own.map((file) => realpath(path.dirname(path.resolve(file))).catch(() => folder)),
  );
  return real.some((each) => isWithin(each, folder) || isWithin(folder, each));
}

/**
 * Carries a command out for a program: its paths become those of the folders that the owner allowed,
 * and what it is told names files as it would itself.
 *
 * @param payload validated; its paths are written `folder/path/in/it`
 * @throws LikenessError path_refused; what the command refuses with
 */
export async function onBehalfOfProgram<N extends CommandName>(
  context: FolderContext,
  name: N,
  payload: CommandPayload<N>,
  carryOut: (payload: CommandPayload<N>) => Promise<CommandOutput<N>>,
): Promise<CommandOutput<N>> {
  const reach = await reachOf(context);
  const { input, output } = commands[name];
  const names = namesOf(context, reach);
  try {
    const allowed = await allow(reach, input, payload);
    const folders = reach.flatMap((root) => (root.own ? [] : [root.path]));
    const answer = await confined(folders, () => carryOut(allowed));
    return told(names, output, answer) as CommandOutput<N>;
  } catch (thrown) {
    const { code, message, details, cause } = toLikenessError(thrown);
    const plain = inWords(names, details) as Readonly<Record<string, unknown>>;
    throw new LikenessError(code, inWords(names, message) as string, { details: plain, cause });
  }
}

/** A folder that programs get at. */
interface Root extends ProgramFolder {
  /** Likeness' own: nobody else writes there, and its files are the ones that programs are told of. */
  readonly own: boolean;
}

async function reachOf(context: FolderContext): Promise<readonly Root[]> {
  const { store, samples } = context;
  const own = { access: 'read', own: true } as const;
  const allowed: Root[] = [];
  // The data folder may have been moved into one of them since it was allowed.
  for (const folder of store.read(foldersOf))
    if (!(await isOurs(context, folder.path))) allowed.push({ ...folder, own: false });
  return [
    ...allowed,
    { name: 'pictures', path: path.resolve(pictureFolder(store)), ...own },
    ...(samples === '' ? [] : [{ name: 'samples', path: path.resolve(samples), ...own }]),
  ];
}

async function allow<T>(reach: readonly Root[], schema: Schema, payload: T): Promise<T> {
  const asked: { text: string; place: Place; field: string }[] = [];
  mapPlaces(schema, payload, (text, place, field) => {
    asked.push({ text, place, field });
    return text;
  });
  const found = new Map<string, string>();
  for (const { text, place, field } of asked)
    found.set(field, await fileOf(reach, text, place, field));
  return mapPlaces(schema, payload, (_text, _place, field) => found.get(field)!) as T;
}

/** The full path of what a program names; refused before anything is looked at outside of it. */
async function fileOf(
  reach: readonly Root[],
  text: string,
  { names, access, when }: Place,
  field: string,
): Promise<string> {
  if (names === 'address') throw refused(field, 'programs may give no address');
  if (when === 'later' && access === 'write')
    throw refused(
      field,
      'programs may not name it; get the finished picture with paintings.export',
    );
  const [first, ...parts] = text.split('/');
  const root = reach.find((each) => isCalled(each, first!));
  const mayBe =
    root !== undefined &&
    (access === 'read' || root.access === 'read and write') &&
    (when === 'now' || root.own) &&
    // Nobody lists what others have handed over.
    (!root.own || (names === 'file' && parts.length > 0)) &&
    parts.every(isPlain);
  const hint = hints[when === 'later' ? 'later' : access];
  if (!mayBe) throw refused(field, hint);
  try {
    if (root.own) return path.join(root.path, ...parts);
    const { real, rest } = await withoutLinks(root.path, parts);
    return path.join(real, ...rest);
  } catch {
    throw refused(field, hint);
  }
}

const refused = (field: string, why: string): LikenessError =>
  new LikenessError('path_refused', `${field}: ${why}.`, { details: { field } });

/** The same whether or not there is anything at the path. */
const hints = {
  read: 'this path lies in no folder that programs may read. Allow the folder in the settings, under "Access by programs", and write "name/path/in/it"; links are not followed',
  write:
    'this path lies in no folder that programs may write to. Allow the folder in the settings, under "Access by programs", and write "name/path/in/it"; links are not followed',
  later:
    'a painting reads it later. Hand the picture over with pictures.add and give the path that it answers',
} as const;

/** What could be read as another folder, another file or another stream on some system is no name. */
const isPlain = (part: string): boolean =>
  part !== '' &&
  part !== '.' &&
  part !== '..' &&
  !/[\0\\]/u.test(part) &&
  (process.platform !== 'win32' ||
    !/[<>:"|?*]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu.test(part));

/** A place on this machine, and what programs call it. */
type Name = readonly [place: RegExp, name: string];

/** Of folders in one another the inner one comes first. */
const namesOf = ({ store }: FolderContext, reach: readonly Root[]): readonly Name[] =>
  [
    ...reach,
    { path: path.dirname(path.resolve(store.file)), name: 'data' },
    { path: homedir(), name: '~' },
  ]
    .toSorted((a, b) => b.path.length - a.path.length)
    .map((folder) => [
      new RegExp(`${literally(folder.path)}(?![\\p{L}\\p{N}_-])`, 'gu'),
      folder.name,
    ]);

const literally = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');

/** The answer as programs get it: places by the names that they know, else by their last part. */
function told(names: readonly Name[], schema: Schema, answer: unknown): unknown {
  const named = mapPlaces(schema, answer, (text) => {
    const words = inWords(names, text) as string;
    const isKnown = !path.isAbsolute(words) && !words.startsWith('~');
    return isKnown ? words.replaceAll(path.sep, '/') : path.basename(words);
  });
  return inWords(names, named);
}

/** Every text with the names of folders for their places; bytes stay as they are. */
function inWords(names: readonly Name[], value: unknown): unknown {
  if (typeof value === 'string')
    return names.reduce((text, [place, name]) => text.replace(place, () => name), value);
  if (Array.isArray(value)) return value.map((each) => inWords(names, each));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, inWords(names, each)]),
  );
}

export const programsHandlers = {
  'access.listFolders': listFolders,
  'access.allowFolder': allowFolder,
  'access.removeFolder': removeFolder,
} satisfies Partial<Handlers>;
