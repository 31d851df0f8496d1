import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { commands, type CommandInput, type CommandName } from '../../../../contract/commands.ts';
import { placeOf, stringsOf } from '../../../../contract/places.ts';
import { compose, type Application } from '../../compose.ts';
import { commandNames } from '../../../../contract/commands.ts';
import { mayCall } from '../../wire/access.ts';
import type { RunningServer } from '../server.ts';
import { ask, codeOf, testServer, type Answer } from '../testing/client.ts';
import { usualRates } from '../rate.ts';

const sources = fileURLToPath(new URL('../../../../', import.meta.url));
const sample = path.join(sources, 'node_modules/@vladmandic/face-api/demo/sample1.jpg');
const isBuilt = existsSync(path.join(sources, 'dist/models/encoder-resnet29.onnx'));
if (!isBuilt) console.warn('Skipped: the models are not built. Run `npm run build` first.');
const posix = process.platform !== 'win32';

/** In the text, in names and in fields of everything that lies where no program may go. */
const CANARY = 'canary7f3a';

let folder: string;
let app: Application;
let server: RunningServer;
let listener: Server;
let contacts = 0;
let authorization: string;

const place = (...parts: string[]): string => path.join(folder, ...parts);
const outside = (...parts: string[]): string => place('outside', ...parts);

function put(file: string, content: string | Uint8Array): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** A picture without a face, which costs nothing to look at. */
let small: Buffer;

/** What nobody may reach: text of all kinds that commands read, photos, and a pipe. */
async function layOut(): Promise<void> {
  const gray = { width: 32, height: 32, channels: 3, background: 'gray' } as const;
  small = await sharp({ create: gray }).jpeg().toBuffer();
  // One face of its own is what people are enrolled with.
  const face = await sharp(sample)
    .extract({ left: 1350, top: 100, width: 420, height: 420 })
    .jpeg()
    .toBuffer();
  put(outside('secret.txt'), `root:${CANARY}:0:0\n`);
  put(outside('pairs.txt'), `1\t1\n${CANARY}\t1\t2\n${CANARY}\t1\tBea\t1\n`);
  put(outside('manifest.json'), JSON.stringify({ id: CANARY, [CANARY]: CANARY }));
  for (const file of [outside('photo.jpg'), outside('people', CANARY, '1.jpg')]) {
    put(file, face);
  }
  for (const name of ['shared', 'reading', 'beside']) {
    put(place(name, 'photo.jpg'), small);
    put(place(name, 'face.jpg'), face);
    put(place(name, 'people', 'Anna', '1.jpg'), face);
  }
  if (!posix) return;
  for (const name of ['pipe.jpg', 'pipe.db']) execFileSync('mkfifo', [outside(name)]);
  symlinkSync(outside(), place('shared', 'out'));
  symlinkSync(outside('photo.jpg'), place('shared', 'photo-link.jpg'));
  symlinkSync(outside('secret.txt'), place('shared', 'secret-link.txt'));
  symlinkSync(outside('none.txt'), place('shared', 'nowhere.txt'));
  symlinkSync(outside('people', CANARY), place('shared', 'people', 'Bert'));
  symlinkSync(outside('photo.jpg'), place('shared', 'people', 'Anna', '2.jpg'));
}

beforeAll(async () => {
  if (!isBuilt) return;
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'likeness-places-')));
  await layOut();
  listener = createServer((socket) => {
    contacts += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  app = compose({ dataDir: place('data'), provider: 'cpu' });
  server = await testServer(app, { rates: { ...usualRates, credential: 1_000_000 } });
  const { secret } = await app.dispatch('access.createKey', { name: 'Tester' });
  authorization = `Bearer ${secret}`;
});

afterAll(async () => {
  if (!isBuilt) return;
  await server[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
  listener.close();
  rmSync(folder, { recursive: true, force: true });
});

const call = (name: string, input: unknown): Promise<Answer> =>
  ask(server, `/api/v1/${name}`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });

/** Paths and addresses of all kinds, by what they are. */
function attacks(): Readonly<Record<string, string>> {
  const { port } = listener.address() as { port: number };
  const up = path.relative(process.cwd(), outside('secret.txt'));
  return {
    'a text file': outside('secret.txt'),
    'a pairs file': outside('pairs.txt'),
    'a manifest': outside('manifest.json'),
    'a photo': outside('photo.jpg'),
    'a folder of people': outside('people'),
    'a folder': outside(),
    'a file to be': outside('new.db'),
    'a picture to be': outside('new.png'),
    'a pipe': outside('pipe.jpg'),
    'a folder to be': outside('work'),
    'a relative path': up,
    'a file of the current folder': 'package.json',
    'up from an allowed folder': 'shared/../outside/photo.jpg',
    'up, twice encoded': 'shared/%2e%2e/outside/photo.jpg',
    'up, with the other slash': 'shared\\..\\outside\\photo.jpg',
    'an allowed folder by its own path': place('shared', 'out', 'photo.jpg'),
    'the brother of an allowed folder': 'shared/../beside/photo.jpg',
    'through a linked folder': 'shared/out/photo.jpg',
    'a folder through a link': 'shared/out/people',
    'a new file through a link': 'shared/out/new.png',
    'a linked photo': 'shared/photo-link.jpg',
    'a linked text': 'shared/secret-link.txt',
    'a link to nothing': 'shared/nowhere.txt',
    'the home folder': '~/secret.txt',
    'a file URL': pathToFileURL(outside('photo.jpg')).href,
    'an address': `http://127.0.0.1:${port}/model.onnx`,
    'an address of a folder': `http://127.0.0.1:${port}/models`,
    'an address without scheme': `//127.0.0.1:${port}/share/photo.jpg`,
    'a share of Windows': `\\\\127.0.0.1@${port}\\share\\photo.jpg`,
    'a drive of Windows': 'C:\\Windows\\win.ini',
    'a device name of Windows': 'shared/CON',
    'a stream of Windows': 'shared/photo.jpg::$DATA',
    'a short name of Windows': 'C:\\PROGRA~1\\x.jpg',
    'trailing dots': 'shared/.../outside',
    'a null character': `shared/photo.jpg\0${outside('photo.jpg')}`,
    'a null character at the end': `${outside('photo.jpg')}\0`,
    'a very long path': `${outside()}/${'a/../'.repeat(20_000)}photo.jpg`,
    'another form of Unicode': `sh\u0061\u0301red/../outside/photo.jpg`,
    'the environment of the process': '/proc/self/environ',
    'the root through the process': `/proc/self/root${outside('photo.jpg')}`,
    'an open file': '/dev/fd/0',
    'the standard input': '/dev/stdin',
    'a device': '/dev/zero',
    'the database': place('data', 'likeness.db'),
    'the database from the pictures': 'pictures/../likeness.db',
    'all pictures that were handed over': 'pictures',
    'all samples': 'samples',
    'an empty folder name': `/${outside('photo.jpg')}`,
  };
}

type Way = readonly string[];

/** An input of a command, as small as may be, with `value` at the end of the way. */
function inputWith(schema: z.ZodType, way: Way | null, value: unknown): unknown {
  if (way?.length === 0) return value;
  const def = schema._zod.def as unknown as {
    readonly type: string;
    readonly shape: Readonly<Record<string, z.ZodType>>;
    readonly element: z.ZodType;
    readonly items: readonly z.ZodType[];
    readonly options: readonly z.ZodType[];
    readonly innerType: z.ZodType;
    readonly in: z.ZodType;
    readonly valueType: z.ZodType;
    readonly values: readonly unknown[];
    readonly entries: Readonly<Record<string, unknown>>;
  };
  const [key, ...rest] = way ?? [];
  switch (def.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(def.shape).flatMap(([name, part]) => {
          if (name === key) return [[name, inputWith(part, rest, value)]];
          return part.safeParse(undefined).success ? [] : [[name, inputWith(part, null, value)]];
        }),
      );
    case 'array':
      return [inputWith(def.element, way === null ? null : rest, value)];
    case 'tuple':
      return def.items.map((item) => inputWith(item, null, value));
    case 'record':
      return way === null ? {} : { relu: inputWith(def.valueType, rest, value) };
    case 'union': {
      const wanted = way?.join('.');
      const option = def.options.find((each) =>
        stringsOf(each).some(({ name }) => wanted === undefined || name === wanted),
      );
      return inputWith(option ?? def.options[0]!, way, value);
    }
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
      return inputWith(def.innerType, way, value);
    case 'pipe':
      return inputWith(def.in, way, value);
    case 'literal':
      return def.values[0];
    case 'enum':
      return Object.values(def.entries)[0];
    case 'custom':
      return small.toString('base64');
    default:
      return usualOf(schema);
  }
}

/** What the schema takes where nothing is attacked. */
function usualOf(schema: z.ZodType): unknown {
  const named = placeOf(schema);
  if (named !== undefined)
    return named.names === 'folder'
      ? 'shared/people'
      : named.access === 'write'
        ? 'shared/written.db'
        : 'shared/photo.jpg';
  const uuid = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
  const values = ['vgg19', 'x', '2580', '2026-01-01', uuid, 1, 2, 0.1, 32, true, '.db', 'someone'];
  return values.find((value) => schema.safeParse(value).success) ?? 'x';
}

/** Names, kinds, contents and times of change of all that lies in a folder. */
function digestOf(root: string): string {
  const hash = createHash('sha256');
  const look = (file: string): void => {
    const stats = lstatSync(file);
    hash.update(`${file} ${stats.mode} ${stats.size} ${stats.mtimeMs}\n`);
    if (stats.isDirectory())
      for (const name of readdirSync(file).sort()) look(path.join(file, name));
  };
  look(root);
  return hash.digest('hex');
}

const YEAR_2000 = new Date('2000-01-01');
const filesOf = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isFIFO())
    .map(({ parentPath, name }) => path.join(parentPath, name));

/** Files were last read in 2000: whoever reads one, in whatever process, moves that time. */
function forgetReads(root: string): void {
  for (const file of filesOf(root)) utimesSync(file, YEAR_2000, new Date());
}
const readSince = (root: string): string[] =>
  filesOf(root).filter((file) => statSync(file).atimeMs !== YEAR_2000.getTime());

function readsAreSeen(): boolean {
  put(place('control', 'file'), 'read me');
  forgetReads(place('control'));
  readFileSync(place('control', 'file'));
  return readSince(place('control')).length === 1;
}

interface Attempt {
  readonly name: CommandName;
  readonly field: string;
  readonly kind: string;
  readonly answer: Answer;
}

const namesOnWindowsOnly: ReadonlySet<string> = new Set([
  'a device name of Windows',
  'a stream of Windows',
]);

/** Of texts that name no place, and of commands that are not for programs, these show as much. */
const telltale: ReadonlySet<string> = new Set([
  'a text file',
  'a photo',
  'a relative path',
  'an address',
]);

/** Every kind in every string of every command's input, that of paths and any other. */
async function attemptAll(names: readonly CommandName[]): Promise<readonly Attempt[]> {
  const attempts: Attempt[] = [];
  for (const name of names)
    for (const field of stringsOf(commands[name].input))
      for (const [kind, text] of Object.entries(attacks())) {
        const isAtPlace = placeOf(field.schema) !== undefined && mayCall('program', name);
        if (!isAtPlace && !telltale.has(kind)) continue;
        const input = inputWith(commands[name].input, field.name.split('.'), text);
        attempts.push({ name, field: field.name, kind, answer: await call(name, input) });
      }
  return attempts;
}

const labelOf = ({ name, field, kind, answer }: Attempt): string =>
  `${name} ${field}: ${kind}: ${answer.status} ${answer.text.slice(0, 120)}`;

describe.skipIf(!isBuilt)('a program with a key (needs the built models)', () => {
  test.each(['before a folder is allowed', 'with folders allowed'])(
    'reads, writes and contacts nothing else, %s',
    async (when) => {
      if (when === 'with folders allowed') {
        const [read, write] = [{ access: 'read' }, { access: 'read and write' }] as const;
        const at = (name: string) => ({ name, path: place(name) });
        await app.dispatch('access.allowFolder', { ...at('shared'), ...write });
        await app.dispatch('access.allowFolder', { ...at('reading'), ...read });
      }
      const seen = readsAreSeen();
      if (!seen)
        console.warn('This disk keeps no times of reading: reads are seen in answers only.');
      forgetReads(outside());
      const before = digestOf(outside());
      const home = digestOf(place('beside'));
      const attempts = await attemptAll(commandNames);
      const kinds = Object.keys(attacks()).length;
      expect([kinds >= 20, attempts.length >= 20 * kinds]).toEqual([true, true]);
      const telling = attempts.filter(({ answer, field, kind }) => {
        // What was sent may come back, as a name that nobody has.
        const sent = new Set([outside(), attacks()[kind]!]);
        const text = [...sent].reduce((all, each) => all.replaceAll(each, ''), answer.text);
        return field !== '' && text.includes(CANARY);
      });
      expect(telling.map(labelOf)).toEqual([]);
      expect(readSince(outside())).toEqual([]);
      expect([digestOf(outside()), digestOf(place('beside'))]).toEqual([before, home]);
      expect(contacts).toBe(0);
      const used = attempts.filter(
        ({ name, field, kind, answer }) =>
          answer.status === 200 &&
          placeOf(schemaOf(name, field)) !== undefined &&
          // Elsewhere these are names like any other, of files in the very folder.
          (!posix || !namesOnWindowsOnly.has(kind)),
      );
      expect(used.map(labelOf)).toEqual([]);
      expect(attempts.filter(({ answer }) => answer.status >= 500).map(labelOf)).toEqual([]);
      expect(readFileSync(place('data', 'likeness.db'), 'latin1').slice(0, 15)).toBe(
        'SQLite format 3',
      );
    },
    600_000,
  );

  test('is answered the same whether or not there is something', async () => {
    const pairs = [
      [outside('secret.txt'), outside('none.txt')],
      [outside('people'), outside('nobody')],
      ['shared/out/secret.txt', 'shared/out/none.txt'],
      ['shared/secret-link.txt', 'shared/nowhere.txt'],
      ['/dev/zero', '/dev/none'],
      [place('data', 'likeness.db'), place('data', 'none.db')],
    ];
    for (const name of commandNames.filter((each) => mayCall('program', each)))
      for (const field of stringsOf(commands[name].input).filter(({ schema }) => placeOf(schema)))
        for (const pair of pairs) {
          const [there, gone] = await Promise.all(
            pair.map((text) =>
              call(name, inputWith(commands[name].input, field.name.split('.'), text)),
            ),
          );
          expect([there!.status, codeOf(there!)]).toEqual([403, 'path_refused']);
          expect(there!.text).toBe(gone!.text);
        }
  });

  test('reads and writes in the folders that it may, by their names', async () => {
    const detected = await call('faces.detect', { image: { path: 'reading/face.jpg' } });
    expect([detected.status, (detected.json() as { faces: unknown[] }).faces.length > 0]).toEqual([
      200,
      true,
    ]);
    const made = await call('backup.create', { file: 'shared/backup.db' });
    expect([made.status, made.json()]).toMatchObject([200, { file: 'shared/backup.db' }]);
    expect(existsSync(place('shared', 'backup.db'))).toBe(true);
    const refused = await call('backup.create', { file: 'reading/backup.db' });
    expect([refused.status, codeOf(refused)]).toEqual([403, 'path_refused']);
    expect(existsSync(place('reading', 'backup.db'))).toBe(false);
  });

  test.skipIf(!posix)('finds no photo behind a link in a folder that it may read', async () => {
    forgetReads(outside());
    const imported = await call('enrollment.importFolder', { root: 'shared/people' });
    expect(imported.status).toBe(200);
    const { unused, people } = imported.json() as {
      people: number;
      unused: { file: string; code: string }[];
    };
    expect(people).toBe(1);
    expect(unused.map(({ file, code }) => `${file}: ${code}`).sort()).toEqual([
      'shared/people/Anna/2.jpg: path_refused',
      'shared/people/Bert: path_refused',
    ]);
    expect(readSince(outside())).toEqual([]);
  });

  test('hands pictures over and gets paintings back, without a path', async () => {
    const bytes = small.toString('base64');
    const added = await call('pictures.add', { image: { bytes, name: `/etc/${CANARY}.jpg` } });
    const { picture } = added.json() as { picture: { path: string } };
    expect(picture.path).toMatch(/^pictures\/[0-9a-f]{64}\.jpg$/u);
    const settings = {
      content: picture.path,
      styles: [{ path: picture.path }],
      size: 32,
      steps: 1,
    };
    expect((await call('paintings.estimate', { settings })).status).toBe(200);
    const created = await call('paintings.create', { settings });
    const { job } = created.json() as { job: { id: number; settings: { content: string } } };
    expect([created.status, job.settings.content]).toEqual([200, picture.path]);
    await call('paintings.wait', { id: job.id });
    const exported = await call('paintings.export', { id: job.id, format: 'png' });
    expect([exported.status, (exported.json() as { bytes: string }).bytes.length > 100]).toEqual([
      200,
      true,
    ]);
  });

  test('hears nothing of where the owner keeps things', async () => {
    await app.dispatch('enrollment.enroll', {
      name: 'Carl',
      images: [{ path: outside('photo.jpg') }],
    });
    const asked: readonly [CommandName, CommandInput<CommandName>][] = [
      ['people.show', { person: 'Carl' }],
      ['system.status', {}],
      ['diagnostics.doctor', {}],
      ['samples.list', {}],
      ['paintings.list', {}],
      ['settings.get', {}],
    ];
    for (const [name, input] of asked) {
      const answer = await call(name, input);
      expect([name, answer.status]).toEqual([name, 200]);
      expect(answer.text).not.toContain(folder);
    }
  });

  test('a name that comes with bytes is never read as a path', async () => {
    const bytes = readFileSync(outside('photo.jpg')).toString('base64');
    forgetReads(outside());
    const images = [{ bytes, name: outside('photo.jpg') }];
    const answer = await call('enrollment.enroll', { name: 'Dora', images });
    expect(answer.status).toBe(200);
    const { person } = await app.dispatch('people.show', { person: 'Dora' });
    expect(person.templateList.map(({ source }) => source)).toEqual(['photo.jpg']);
    await call('models.compare', { a: 'encoder-resnet29', b: 'encoder-likeness' });
    expect(readSince(outside())).toEqual([]);
  });
});

const schemaOf = (name: CommandName, field: string): z.ZodType =>
  stringsOf(commands[name].input).find((each) => each.name === field)!.schema;
