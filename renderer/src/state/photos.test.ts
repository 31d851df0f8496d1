import { beforeEach, expect, test, vi } from 'vitest';
import { api, CallError } from '../api.ts';
import { photos } from './photos.svelte.ts';

/** What the modules of the window read as soon as they are imported. */
vi.hoisted(() => vi.stubGlobal('location', { hash: '' }));

/** Photos are answered when a test says so, by the names of their files. */
const asked: string[] = [];
let answers: Map<string, PromiseWithResolvers<unknown>>;

const answerOf = (name: string) => ({ faces: [], width: 1, height: 1, model: name });
const file = (name: string) => new File([name], name);
const wasAsked = (name: string) => vi.waitFor(() => expect(asked).toContain(name));

beforeEach(() => {
  asked.length = 0;
  answers = new Map();
  for (const photo of photos.all) photos.remove(photo);
  vi.stubGlobal('window', {});
  class Canvas {
    getContext = () => ({ drawImage: () => undefined });
    convertToBlob = () => Promise.resolve(new Blob(['small']));
  }
  vi.stubGlobal('OffscreenCanvas', Canvas);
  vi.stubGlobal('createImageBitmap', () =>
    Promise.resolve({ width: 1, height: 1, close: () => undefined }),
  );
  vi.spyOn(api, 'call').mockImplementation(((_: string, { image }: { image: { name: string } }) => {
    const settled = Promise.withResolvers<unknown>();
    answers.set(image.name, settled);
    asked.push(image.name);
    return settled.promise;
  }) as never);
});

test('photos are looked at one after another, each with its own state', async () => {
  const [a, b] = photos.add([file('a.jpg'), file('b.jpg')]);
  await wasAsked('a.jpg');
  expect(asked).toEqual(['a.jpg']);
  expect([a!.state.kind, b!.state.kind]).toEqual(['looking', 'waiting']);
  answers.get('a.jpg')!.resolve(answerOf('a'));
  await wasAsked('b.jpg');
  expect(a!.result?.model).toBe('a');
  answers.get('b.jpg')!.resolve(answerOf('b'));
  await vi.waitFor(() => expect(b!.result?.model).toBe('b'));
  expect(photos.all.map(({ name }) => name)).toEqual(['b.jpg', 'a.jpg']);
});

test('a late answer to one photo does not replace the other, nor does its failure clear it', async () => {
  const [a] = photos.add([file('a.jpg')]);
  await wasAsked('a.jpg');
  const [b] = photos.add([file('b.jpg')]);
  answers.get('a.jpg')!.reject(new CallError({ code: 'no_face', message: '', details: {} }));
  await wasAsked('b.jpg');
  answers.get('b.jpg')!.resolve(answerOf('b'));
  await vi.waitFor(() => expect(b!.result?.model).toBe('b'));
  expect(a!.state.kind).toBe('failed');
  expect(b!.picture).toBeDefined();
});

test('of two looks at the same photo the later counts, whichever is answered first', async () => {
  const [a] = photos.add([file('a.jpg')]);
  await wasAsked('a.jpg');
  answers.get('a.jpg')!.resolve(answerOf('first'));
  await vi.waitFor(() => expect(a!.result?.model).toBe('first'));

  const early = a!.again();
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  const slow = answers.get('a.jpg')!;
  const late = a!.again();
  await vi.waitFor(() => expect(asked).toHaveLength(3));
  answers.get('a.jpg')!.resolve(answerOf('third'));
  await late;
  slow.resolve(answerOf('second'));
  await early;
  expect(a!.result?.model).toBe('third');
});

test('the photo that somebody opens does not wait for the others', async () => {
  const [first, , third] = photos.add([file('a.jpg'), file('b.jpg'), file('c.jpg')]);
  await wasAsked('a.jpg');
  photos.open(third!.id);
  answers.get('a.jpg')!.resolve(answerOf('a'));
  await vi.waitFor(() => expect(asked).toEqual(['a.jpg', 'c.jpg']));
  answers.get('c.jpg')!.resolve(answerOf('c'));
  await wasAsked('b.jpg');
  answers.get('b.jpg')!.resolve(answerOf('b'));
  expect(first!.state.kind).toBe('done');
});

test('a photo that failed can be looked at again', async () => {
  const [a] = photos.add([file('a.jpg')]);
  await wasAsked('a.jpg');
  answers.get('a.jpg')!.reject(new CallError({ code: 'host_crashed', message: '', details: {} }));
  await vi.waitFor(() => expect(a!.state.kind).toBe('failed'));
  photos.retry(a!);
  await vi.waitFor(() => expect(asked).toEqual(['a.jpg', 'a.jpg']));
  answers.get('a.jpg')!.resolve(answerOf('a'));
  await vi.waitFor(() => expect(a!.result?.model).toBe('a'));
});
