import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { confined, unconfined } from './confinement.ts';
import { checkOutput, removeUnfinished, writeWhole } from './output-file.ts';
import { readPhotoFolder } from './photo-folder.ts';
import { readHead, readRegularFile, readRegularFileSync } from './read-file.ts';

const posix = process.platform !== 'win32';
let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'likeness-files-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const place = (...parts: string[]) => path.join(folder, ...parts);
const pipe = (...parts: string[]) => {
  execFileSync('mkfifo', [place(...parts)]);
  return place(...parts);
};
const jpeg = Buffer.from('\xff\xd8\xff\xe0 and so on', 'latin1');

describe('a file', () => {
  test('is read whole, or its head', async () => {
    writeFileSync(place('a.txt'), 'all of it');
    expect(String(await readRegularFile(place('a.txt'), 'text'))).toBe('all of it');
    expect(String(await readHead(place('a.txt'), 3))).toBe('all');
    expect(String(readRegularFileSync(place('a.txt'), 'text'))).toBe('all of it');
  });

  test('that is too large is not opened: 200 GB of nothing are refused at once', async () => {
    writeFileSync(place('sparse'), '');
    truncateSync(place('sparse'), 200e9);
    const refused = { code: 'file_too_large', details: { file: place('sparse'), bytes: 200e9 } };
    await expect(readRegularFile(place('sparse'), 'picture')).rejects.toMatchObject(refused);
    expect(() => readRegularFileSync(place('sparse'), 'certificate')).toThrow(/at most 1 MiB/);
  });

  test('that is a folder, is not there, or cannot be a path', async () => {
    await expect(readRegularFile(folder, 'text')).rejects.toMatchObject({
      code: 'file_is_directory',
    });
    await expect(readRegularFile(place('none'), 'text')).rejects.toMatchObject({
      code: 'file_not_found',
    });
    await expect(readRegularFile(`${folder}\0x`, 'text')).rejects.toMatchObject({
      code: 'file_not_found',
    });
  });

  test.skipIf(!posix)('that is a pipe, a device, a socket or a link to itself', async () => {
    const socket = createServer().listen(place('socket'));
    symlinkSync('loop', place('loop'));
    for (const file of [pipe('pipe'), '/dev/zero', place('socket'), place('loop')]) {
      const error = await readRegularFile(file, 'text').catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'file_unreadable' });
      expect((error as Error).message).toContain(`${file} is a`);
    }
    socket.close();
  });
});

describe('a file to write', () => {
  const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;

  test('may be new, or replaced where that was said', async () => {
    expect(await checkOutput(place('new.png'))).toBe(place('new.png'));
    writeFileSync(place('there.png'), 'mine');
    await expect(checkOutput(place('there.png'))).rejects.toThrow(code('file_exists'));
    expect(await checkOutput(place('there.png'), { replace: true })).toBe(place('there.png'));
  });

  test('is never one that is read, by whatever name', async () => {
    writeFileSync(place('in.jpg'), jpeg);
    linkSync(place('in.jpg'), place('hard.jpg'));
    if (posix) symlinkSync('in.jpg', place('soft.jpg'));
    const others = posix ? ['soft.jpg'] : [];
    for (const name of ['in.jpg', path.join('x', '..', 'in.jpg'), 'hard.jpg', ...others]) {
      const check = { inputs: ['none.jpg', place('in.jpg')], replace: true };
      await expect(checkOutput(place(name), check)).rejects.toThrow(code('output_is_input'));
    }
  });

  test('needs a folder that takes it', async () => {
    await expect(checkOutput(place('no', 'a.png'))).rejects.toThrow(code('file_not_found'));
    expect(await checkOutput(place('no', 'a.html'), { makesFolders: true })).toContain('a.html');
    await expect(checkOutput(place('in.jpg', 'a.png'))).rejects.toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^file_not_/) as string }) as Error,
    );
    await expect(checkOutput(folder)).rejects.toThrow(code('file_is_directory'));
  });

  test.skipIf(!posix)('is no device or pipe, and the folder can be written to', async () => {
    await expect(checkOutput(pipe('out'), { replace: true })).rejects.toThrow(
      code('file_unreadable'),
    );
    await expect(checkOutput('/proc/a.png')).rejects.toThrow(/Nothing can be written to \/proc/);
  });
});

describe('a folder of photos', () => {
  const root = () => place('root');
  const put = (file: string, bytes: string | Buffer = jpeg) => {
    mkdirSync(path.dirname(place('root', file)), { recursive: true });
    writeFileSync(place('root', file), bytes);
  };

  test.skipIf(!posix)('every file is a photo, or listed with its reason', async () => {
    for (const file of ['Ada/1.jpg', 'Ada/IMG_2', 'Bert/x.heic']) put(file);
    put('Ada/._1.jpg');
    put('Ada/.DS_Store');
    put('Ada/notes.txt', 'a note');
    put('Ada/2019/old.jpg');
    put('loose.jpg');
    put('readme.md', 'a text');
    pipe('root', 'Ada', 'fifo.jpg');
    symlinkSync('1.jpg', place('root', 'Ada', 'linked.jpg'));
    symlinkSync('gone.jpg', place('root', 'Ada', 'broken.jpg'));
    symlinkSync('..', place('root', 'Ada', 'up'));
    symlinkSync('Bert', place('root', 'Carl'));
    const { photos, unused } = await readPhotoFolder(root());
    expect(photos.map(({ person, name }) => `${person}/${name}`)).toEqual([
      'Ada/1.jpg',
      'Ada/IMG_2',
      'Ada/linked.jpg',
      'Bert/x.heic',
      'Carl/x.heic',
    ]);
    const listed = unused.map(({ file, code }) => `${path.relative(root(), file)}: ${code}`);
    expect(listed.sort()).toEqual([
      'Ada/.DS_Store: file_ignored',
      'Ada/._1.jpg: file_ignored',
      'Ada/2019/old.jpg: photo_misplaced',
      'Ada/broken.jpg: file_not_found',
      'Ada/fifo.jpg: file_unreadable',
      'Ada/notes.txt: file_ignored',
      'Ada/up: file_unreadable',
      'loose.jpg: photo_misplaced',
      'readme.md: file_ignored',
    ]);
    for (const { message, file } of unused) expect(message.startsWith(`${file} `)).toBe(true);
  });

  test('photos of the root are used where nobody has to be known', async () => {
    const { photos } = await readPhotoFolder(root(), 'used');
    expect(photos.map(({ person, name }) => [person, name])).toContainEqual([null, 'loose.jpg']);
  });
});

describe('writeWhole', () => {
  let own: string;
  beforeEach(() => void (own = mkdtempSync(place('written-'))));

  test('a link that somebody has put beside a file leads nowhere', async () => {
    const [file, victim] = [path.join(own, 'report.html'), path.join(own, 'diary')];
    writeFileSync(victim, 'Dear diary');
    for (const name of [
      `${file}.part`,
      `${file}.${process.pid}.part`,
      `${file}.${process.pid}.tmp`,
    ])
      symlinkSync(victim, name);
    // The name itself is replaced, not what it leads to.
    symlinkSync(victim, file);
    await writeWhole(file, 'a report');
    expect(readFileSync(file, 'utf8')).toBe('a report');
    expect(readFileSync(victim, 'utf8')).toBe('Dear diary');
  });

  test('what it writes under is another name each time, for its owner only, and gone at the end', async () => {
    const names = new Set<string>();
    const umask = process.umask(0);
    try {
      for (let i = 0; i < 3; i++) {
        const writing = writeWhole(path.join(own, 'a'), [new Uint8Array(1 << 20)]);
        while (readdirSync(own).every((name) => !name.endsWith('.part'))) await turn();
        for (const name of readdirSync(own).filter((each) => each !== 'a')) {
          names.add(name);
          expect(statSync(path.join(own, name)).mode & 0o077).toBe(0);
        }
        await writing;
      }
    } finally {
      process.umask(umask);
    }
    expect(names.size).toBe(3);
    expect(readdirSync(own)).toEqual(['a']);
  });

  test.skipIf(!posix)('what is replaced keeps its owner, and gets no more rights', async () => {
    const file = path.join(own, 'a');
    writeFileSync(file, 'former');
    chmodSync(file, 0o600);
    const isRoot = process.getuid!() === 0;
    if (isRoot) chownSync(file, 65534, 65534);
    await writeWhole(file, 'new', { mode: 0o666 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    if (isRoot) expect(statSync(file).uid).toBe(65534);
  });

  test('a failure names the file, and leaves what was there and nothing else', async () => {
    mkdirSync(path.join(own, 'taken'));
    const failing = writeWhole(path.join(own, 'taken'), 'text');
    await expect(failing).rejects.toMatchObject({ path: path.join(own, 'taken') });
    expect(readdirSync(own)).toEqual(['taken']);
  });

  test('what dead processes have left half written goes, what others are writing stays', async () => {
    const dead = 4_194_000;
    const random = '0123456789abcdef';
    const left = [
      `.likeness-${dead}-${random}.part`,
      `${random}.jpg.${dead}.part`,
      '7.checkpoint.part',
    ];
    const alive = `.likeness-${process.pid}-${random}.part`;
    const abandoned = `.likeness-${process.pid}-fedcba9876543210.part`;
    for (const name of [...left, alive, abandoned, 'holiday.part'])
      writeFileSync(path.join(own, name), 'half');
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    utimesSync(path.join(own, abandoned), longAgo, longAgo);
    await removeUnfinished(own);
    expect(readdirSync(own).sort()).toEqual([alive, 'holiday.part']);
    expect(existsSync(path.join(own, abandoned))).toBe(false);
  });
});

describe.skipIf(!posix)('for a program, in a folder that it may use', () => {
  let shared: string;
  let secret: string;
  beforeAll(() => {
    shared = path.join(realpathSync(folder), 'shared');
    secret = path.join(realpathSync(folder), 'secret');
    for (const each of [shared, secret])
      mkdirSync(path.join(each, 'people', 'Ada'), { recursive: true });
    for (const each of [shared, secret]) {
      writeFileSync(path.join(each, 'a.jpg'), each === shared ? 'mine' : 'secret');
      writeFileSync(path.join(each, 'people', 'Ada', '1.jpg'), jpeg);
    }
    symlinkSync(path.join(secret, 'a.jpg'), path.join(shared, 'link.jpg'));
    symlinkSync(path.join(secret, 'none.jpg'), path.join(shared, 'dangling.jpg'));
    symlinkSync(secret, path.join(shared, 'out'));
    symlinkSync('a.jpg', path.join(shared, 'inside.jpg'));
  });

  const asProgram = <T>(work: () => T): T => confined([shared], work);
  const refused = expect.objectContaining({ code: 'path_refused' }) as Error;

  test('a file is read, and no link is followed, wherever it leads', async () => {
    const read = (name: string) =>
      asProgram(async () => String(await readRegularFile(path.join(shared, name), 'text')));
    expect(await read('a.jpg')).toBe('mine');
    for (const name of ['link.jpg', 'dangling.jpg', 'out/a.jpg', 'out/none.jpg', 'inside.jpg'])
      await expect(read(name)).rejects.toThrow(refused);
    await expect(read('none.jpg')).rejects.toMatchObject({ code: 'file_not_found' });
    expect(String(await readRegularFile(path.join(shared, 'link.jpg'), 'text'))).toBe('secret');
  });

  test('a folder is listed without what links stand for', async () => {
    symlinkSync(path.join(secret, 'people', 'Ada'), path.join(shared, 'people', 'Bea'));
    symlinkSync(path.join(secret, 'a.jpg'), path.join(shared, 'people', 'Ada', '2.jpg'));
    const { photos, unused } = await asProgram(() => readPhotoFolder(path.join(shared, 'people')));
    expect(photos.map(({ person, name }) => `${person}/${name}`)).toEqual(['Ada/1.jpg']);
    expect(unused.map(({ code }) => code)).toEqual(['path_refused', 'path_refused']);
    await expect(
      asProgram(() => readPhotoFolder(path.join(shared, 'out', 'people'))),
    ).rejects.toThrow(refused);
  });

  test('nothing is written through a link', async () => {
    for (const name of ['link.jpg', 'dangling.jpg', 'out/new.png'])
      await expect(
        asProgram(() => checkOutput(path.join(shared, name), { replace: true })),
      ).rejects.toThrow(refused);
    const file = path.join(shared, 'new.png');
    expect(await asProgram(() => checkOutput(file))).toBe(file);
  });

  test('a folder that turns into a link again and again gives nothing of what it leads to', async () => {
    const swapped = path.join(shared, 'swapped');
    mkdirSync(path.join(shared, 'aside'));
    writeFileSync(path.join(shared, 'aside', 'a.jpg'), 'mine');
    symlinkSync(secret, path.join(shared, 'aside-link'));
    const read: string[] = [];
    const state = { over: false };
    const swapping = (async () => {
      for (let i = 0; !state.over; i++) {
        const from = path.join(shared, i % 2 === 0 ? 'aside' : 'aside-link');
        renameSync(from, swapped);
        await new Promise(setImmediate);
        renameSync(swapped, from);
      }
    })();
    for (let i = 0; i < 3000; i++)
      await asProgram(() => readRegularFile(path.join(swapped, 'a.jpg'), 'text')).then(
        (bytes) => read.push(String(bytes)),
        () => undefined,
      );
    state.over = true;
    await swapping;
    expect(read).not.toContain('secret');
  });

  test('work that goes on for others is theirs', async () => {
    const text = await asProgram(() =>
      unconfined(async () => String(await readRegularFile(path.join(shared, 'link.jpg'), 'text'))),
    );
    expect(text).toBe('secret');
  });
});
