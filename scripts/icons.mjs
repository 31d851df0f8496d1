// Draws the icons of the installers from build/icon.svg: `node scripts/icons.mjs`.
import { Buffer } from 'node:buffer';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';

const folder = path.join(import.meta.dirname, '..', 'build');
const drawing = readFileSync(path.join(folder, 'icon.svg'));

const png = (size) =>
  sharp(drawing, { density: (72 * size) / 64 })
    .resize(size, size)
    .png()
    .toBuffer();

/** ICO: a directory, then the pictures as PNG (Windows Vista and newer). 0 stands for 256 pixels. */
function ico(pictures) {
  const header = Buffer.alloc(6 + 16 * pictures.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(pictures.length, 4);
  let offset = header.length;
  pictures.forEach(({ size, bytes }, i) => {
    const at = 6 + 16 * i;
    header.writeUInt8(size % 256, at);
    header.writeUInt8(size % 256, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(bytes.length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += bytes.length;
  });
  return Buffer.concat([header, ...pictures.map(({ bytes }) => bytes)]);
}

/** ICNS: a type per size, the pictures as PNG (macOS 10.7 and newer). */
const icnsTypes = { 16: 'icp4', 32: 'icp5', 64: 'icp6', 128: 'ic07', 256: 'ic08', 512: 'ic09' };

function icns(pictures) {
  const blocks = pictures.map(({ size, bytes }) => block(icnsTypes[size], bytes));
  return block('icns', Buffer.concat(blocks));
}

function block(type, bytes) {
  const header = Buffer.alloc(8);
  header.write(type, 'latin1');
  header.writeUInt32BE(bytes.length + 8, 4);
  return Buffer.concat([header, bytes]);
}

const draw = (sizes) => Promise.all(sizes.map(async (size) => ({ size, bytes: await png(size) })));

const save = (name, bytes) => writeFileSync(path.join(folder, name), bytes);
save('icon.png', await png(512));
save('icon.ico', ico(await draw([16, 24, 32, 48, 64, 128, 256])));
save('icon.icns', icns(await draw([16, 32, 64, 128, 256, 512])));
