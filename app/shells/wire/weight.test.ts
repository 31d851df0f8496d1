import { Decoder, encode } from '@msgpack/msgpack';
import { describe, expect, test } from 'vitest';
import { wireLimits } from '../../../contract/wire.ts';
import { compact, excessOfFrame, weightOfClone } from './weight.ts';

const MIB = 2 ** 20;

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { value };
  return value;
}

describe('a frame', () => {
  test('of every type of MessagePack is passed over to its very end', () => {
    const value = {
      integers: [0, 1, -1, 127, 128, -128, 255, 256, -32768, 65535, 65536, -(2 ** 31), 2 ** 40],
      floats: [0.5, -1e300],
      others: [null, true, false],
      texts: ['', 'a', 'ü'.repeat(20), 'x'.repeat(300), 'y'.repeat(70_000)],
      bytes: [new Uint8Array(), new Uint8Array(300), new Uint8Array(70_000)],
      long: Array.from({ length: 300 }, (_, i) => ({ i })),
      wide: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, i])),
    };
    const frame = encode(value);
    expect(excessOfFrame(frame)).toBeNull();
    for (let length = 0; length < frame.length; length += length < 500 ? 1 : 997)
      expect(excessOfFrame(frame.subarray(0, length))?.code).toBe('message_malformed');
    expect(excessOfFrame(new Uint8Array([...frame, 0]))?.code).toBe('message_malformed');
  });

  test('of single-precision floats, 64-bit integers and long lists agrees with the decoder', () => {
    const frames = [
      [0xca, 0, 0, 0, 0],
      [0xcf, 0, 0, 0, 0, 0, 0, 0, 1],
      [0xd3, 0, 0, 0, 0, 0, 0, 0, 1],
      [0xdd, 0, 0, 0, 1, 0xc0],
      [0xdf, 0, 0, 0, 1, 0xa1, 0x61, 0xc0],
      [0xdb, 0, 0, 0, 1, 0x61],
    ].map((bytes) => new Uint8Array(bytes));
    for (const frame of frames) {
      new Decoder().decode(frame);
      expect(excessOfFrame(frame)).toBeNull();
    }
  });

  test.each([
    ['sixty megabytes of empty maps', wide(60 * MIB, 0x80), 'message_too_large'],
    [
      'one more value than the limit',
      encode(Array(wireLimits.values + 1).fill(0)),
      'message_too_large',
    ],
    ['many lists of few', encode(Array(200).fill(Array(200).fill(0))), 'message_too_large'],
    ['four billion announced', new Uint8Array([0xdd, 255, 255, 255, 255]), 'message_too_large'],
    [
      'four billion members announced',
      new Uint8Array([0xdf, 255, 255, 255, 255]),
      'message_too_large',
    ],
    ['a long text', encode('x'.repeat(wireLimits.textBytes + 1)), 'message_too_large'],
    ['many texts', encode(Array(2000).fill('x'.repeat(1000))), 'message_too_large'],
    ['a million levels', new Uint8Array(MIB).fill(0x91), 'message_malformed'],
    ['an extension', new Uint8Array([0xd4, 1, 0]), 'message_malformed'],
    [
      'more bytes than there are',
      new Uint8Array([0xc6, 255, 255, 255, 255, 1]),
      'message_malformed',
    ],
    ['nothing', new Uint8Array(), 'message_malformed'],
  ] as const)('of %s is refused undecoded', (_what, frame, code) => {
    expect(excessOfFrame(frame)?.code).toBe(code);
  });

  test('of a large photo, or as deep and wide as the limit, is not', () => {
    const photo = { image: { bytes: new Uint8Array(64 * MIB), name: 'a.jpg' } };
    expect(excessOfFrame(encode(photo))).toBeNull();
    expect(excessOfFrame(encode(nested(wireLimits.depth)))).toBeNull();
    expect(excessOfFrame(encode(nested(wireLimits.depth + 1)))?.code).toBe('message_malformed');
    expect(excessOfFrame(encode(Array(wireLimits.values).fill(0)))).toBeNull();
  });
});

/** A list of that many single bytes. */
function wide(count: number, byte: number): Uint8Array {
  const frame = new Uint8Array(5 + count).fill(byte);
  new DataView(frame.buffer).setUint8(0, 0xdd);
  new DataView(frame.buffer).setUint32(1, count);
  return frame;
}

describe('a clone', () => {
  test('weighs its texts and buffers, each buffer once, and survives loops', () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(weightOfClone({ bytes: new Uint8Array(1000) })).toBeGreaterThanOrEqual(1000);
    expect(weightOfClone(new Map([['a', 'x'.repeat(500)]]))).toBeGreaterThanOrEqual(500);
    expect(weightOfClone(loop)).toBeLessThan(1000);
    // A small view of a large buffer is as heavy as its buffer: that is what was cloned.
    const buffer = new ArrayBuffer(5000);
    expect(weightOfClone(new Uint8Array(buffer, 0, 1))).toBeGreaterThan(4999);
    const views = [0, 1, 2].map((at) => new Uint8Array(buffer, at, 1));
    expect(weightOfClone(views)).toBeLessThan(6000);
  });

  test.each([
    ['a wide list', Array(wireLimits.values + 1).fill(null), 'message_too_large'],
    // Clones as a list that announces a billion members and has none.
    ['a list without members', new Array(1e9), 'message_too_large'],
    [
      'a wide object',
      Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [i, 0])),
      'message_too_large',
    ],
    ['a wide map', new Map(Array.from({ length: 20_000 }, (_, i) => [i, 0])), 'message_too_large'],
    ['a wide set', new Set(Array.from({ length: 20_001 }, (_, i) => i)), 'message_too_large'],
    ['a long text', 'x'.repeat(wireLimits.textBytes + 1), 'message_too_large'],
    ['deep nesting', nested(10_000), 'message_malformed'],
  ] as const)('of %s is refused', (_what, value, code) => {
    expect(weightOfClone(value)).toMatchObject({ code });
  });
});

test('compact bytes share no buffer with what lies beside them', () => {
  const buffer = Buffer.from('secret and public');
  const { part, list } = compact({ part: buffer.subarray(11), list: [1, null, 'a'] });
  expect([part.buffer.byteLength, Buffer.from(part).toString()]).toEqual([6, 'public']);
  expect(list).toEqual([1, null, 'a']);
});
