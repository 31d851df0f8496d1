import type { PersonId } from '../../contract/values.ts';

/**
 * [Note: personal columns] Whatever tells who somebody is — names, encodings, portraits, photo
 * hashes, where a photo came from, consent notes — passes through this module on its way into a column and out
 * of it. Rows carry such columns as `Sealed` or `LookupKey`, which nothing else can make or read;
 * encrypting with a key per person therefore means another codec here and a migration.
 */

declare const brand: unique symbol;

/** A column that only the codec can read. */
export type Sealed<T> = Buffer & { readonly [brand]: T };
/** A column that can be searched for equality, and nothing else. */
export type LookupKey = Buffer & { readonly [brand]: 'lookup' };

export interface PersonalCodec {
  /** `owner` is the person whose key seals the value. */
  sealText(text: string, owner: PersonId): Sealed<string>;
  openText(sealed: Sealed<string>, owner: PersonId): string;
  sealEncoding(encoding: Float32Array, owner: PersonId): Sealed<Float32Array>;
  sealBytes(bytes: Uint8Array, owner: PersonId): Sealed<Uint8Array>;
  openBytes(sealed: Sealed<Uint8Array>, owner: PersonId): Uint8Array<ArrayBuffer>;
  /** Into `target`, which has the encoding's length; so a gallery is read without a copy per row. */
  openEncoding(sealed: Sealed<Float32Array>, owner: PersonId, target: Float32Array): void;
  /** Number of values of a sealed encoding, without opening it. */
  dimension(sealed: Sealed<Float32Array>): number;
  /** Equal for equal names. */
  nameKey(name: string): LookupKey;
  /** Equal for names that differ in case, or in how the same letter is written, only. */
  foldedNameKey(name: string): LookupKey;
  /** Equal for equal photos; from their SHA-256 in hexadecimal. */
  photoKey(photoHash: string): LookupKey;
  /** How a photo is called toward people: hexadecimal. */
  showPhotoKey(key: LookupKey): string;
}

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** Folds case, width and what is invisible: "Ｊürgen" and "JÜRGEN" are found alike. */
const fold = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFC');

/** Bytes as they are: UTF-8 text, little-endian float32, the hash itself. */
export const plainCodec: PersonalCodec = {
  sealText: (text) => Buffer.from(text, 'utf8') as Sealed<string>,
  openText: (sealed) => sealed.toString('utf8'),
  sealEncoding: ({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength) as Sealed<Float32Array>,
  sealBytes: ({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength) as Sealed<Uint8Array>,
  openBytes: (sealed) => Uint8Array.from(sealed),
  openEncoding: (sealed, _owner, target) => {
    new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(sealed);
  },
  dimension: (sealed) => sealed.byteLength / FLOAT_BYTES,
  nameKey: (name) => Buffer.from(name, 'utf8') as LookupKey,
  foldedNameKey: (name) => Buffer.from(fold(name), 'utf8') as LookupKey,
  photoKey: (photoHash) => Buffer.from(photoHash, 'hex') as LookupKey,
  showPhotoKey: (key) => key.toString('hex'),
};
