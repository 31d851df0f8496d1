import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { licenseTexts, noticedPackages } from './licenses.mjs';
import { megabytes, sizeReport } from './size-report.mjs';

const root = path.join(import.meta.dirname, '..');
const read = (name: string) => readFileSync(path.join(root, name));

/** electron-builder's own reader and validator: what it would say at the start of a package. */
const inBuilder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const { load } = createRequire(inBuilder.resolve('app-builder-lib'))('js-yaml') as {
  load: (text: string) => Record<string, unknown>;
};
const { validateConfiguration } = inBuilder('app-builder-lib/out/util/config/config') as {
  validateConfiguration: (config: object, logger: object) => Promise<void>;
};

const config = load(read('electron-builder.yml').toString());
const logger = { isEnabled: false, add: () => undefined };

describe('the packaging', () => {
  test('fits the schema of electron-builder', async () => {
    await validateConfiguration(config, logger);
    await expect(validateConfiguration({ ...config, asra: true }, logger)).rejects.toThrow('asra');
    await expect(
      validateConfiguration({ ...config, mac: { hardend: 1 } }, logger),
    ).rejects.toThrow();
  });

  test('makes NSIS, dmg, AppImage and deb, publishes nothing, updates nothing', () => {
    expect(config).toMatchObject({
      win: { target: 'nsis' },
      mac: { target: 'dmg', hardenedRuntime: true },
      linux: { target: ['AppImage', 'deb'] },
      publish: null,
    });
    const { dependencies } = JSON.parse(read('package.json').toString()) as {
      dependencies: Record<string, string>;
    };
    expect(Object.keys(dependencies).filter((name) => name.includes('updater'))).toEqual([]);
  });

  test('asks for the camera in a sentence, and is entitled to it', () => {
    const { mac } = config as { mac: { entitlements: string; extendInfo: object } };
    expect(mac.extendInfo).toHaveProperty('NSCameraUsageDescription');
    const entitlements = read(mac.entitlements).toString();
    expect(entitlements).toContain('com.apple.security.device.camera');
    expect(entitlements).not.toContain('microphone');
    expect(entitlements).not.toContain('allow-dyld-environment-variables');
  });

  test('every fuse that weakens the binary is off', () => {
    expect(config['electronFuses']).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
  });

  test('native code and models lie beside the archive', () => {
    const { asarUnpack } = config as { asarUnpack: string[] };
    for (const place of ['dist/models', 'better-sqlite3', 'onnxruntime-node', 'sharp', '@img'])
      expect(asarUnpack.some((pattern) => pattern.includes(place))).toBe(true);
  });
});

describe('the full text of a license', () => {
  const notices = read('THIRD_PARTY_NOTICES.md').toString();
  const texts = licenseTexts(root);
  const fileOf = (name: string) => `packages/${name.replace('/', '+').replace('*', 'all')}.txt`;
  const grants = /permission is hereby granted|redistribution and use|license|public domain/iu;

  test('is there for every library that the notices name', () => {
    const noticed = noticedPackages(notices);
    expect(noticed.length).toBeGreaterThan(100);
    const missing = noticed.filter(({ name }) => {
      const text = texts.get(fileOf(name)) ?? '';
      return text.length < 400 || !grants.test(text) || text.includes('<copyright holders>');
    });
    expect(missing).toEqual([]);
  });

  test('is there for every package whose folder is packaged', () => {
    const { files } = config as { files: string[] };
    const packaged = files.flatMap((pattern) => {
      const name = /^node_modules\/((?:@[^/]+\/)?[^/*{]+)/u.exec(pattern)?.[1];
      return name === undefined || name.startsWith('@img') ? [] : [name];
    });
    expect(packaged).toEqual(expect.arrayContaining(['better-sqlite3', 'sharp', 'libheif-js']));
    expect(packaged.filter((name) => !texts.has(fileOf(name)))).toEqual([]);
    for (const name of ['@img/sharp-*', '@img/sharp-libvips-*', '@img/colour'])
      expect(texts.has(fileOf(name))).toBe(true);
  });

  test('of libvips is the LGPL, with the GPL that it adds to, and says what is inside', () => {
    const text = texts.get('packages/@img+sharp-libvips-all.txt')!;
    expect(text).toMatch(/GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3/u);
    expect(text).toMatch(/GNU GENERAL PUBLIC LICENSE\s+Version 3/u);
    expect(text).toMatch(/\| glib +\| LGPLv3/u);
    for (const id of ['MPL-1.1', 'FTL', 'libpng-2.0', 'Zlib', 'IJG', 'libtiff', 'BSL-1.0', 'MIT'])
      expect(texts.get(`texts/${id}.txt`)?.length).toBeGreaterThan(400);
  });

  test('lies beside the program in every package', () => {
    expect(config['extraResources']).toEqual([
      { from: 'dist/licenses', to: 'licenses' },
      { from: 'THIRD_PARTY_NOTICES.md', to: 'licenses/THIRD_PARTY_NOTICES.md' },
      { from: 'LICENSE', to: 'licenses/LICENSE' },
    ]);
    expect(notices).toContain('`resources/licenses`');
  });
});

describe('the icons', () => {
  const size = async (bytes: Uint8Array) => {
    const { width, height, format } = await sharp(bytes).metadata();
    return [format, width, height];
  };

  test('are a PNG, an ICO and an ICNS of whole pictures', async () => {
    expect(await size(read('build/icon.png'))).toEqual(['png', 512, 512]);
    const ico = read('build/icon.ico');
    expect(ico.readUInt16LE(2)).toBe(1);
    for (let i = 0; i < ico.readUInt16LE(4); i++) {
      const at = 6 + 16 * i;
      const start = ico.readUInt32LE(at + 12);
      const edge = ico.readUInt8(at) || 256;
      const picture = ico.subarray(start, start + ico.readUInt32LE(at + 8));
      expect(await size(picture)).toEqual(['png', edge, edge]);
    }
    const icns = read('build/icon.icns');
    expect([icns.toString('latin1', 0, 4), icns.readUInt32BE(4)]).toEqual(['icns', icns.length]);
    const sizes: unknown[] = [];
    for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4))
      sizes.push((await size(icns.subarray(at + 8, at + icns.readUInt32BE(at + 4))))[1]);
    expect(sizes).toEqual([16, 32, 64, 128, 256, 512]);
  });
});

test('the size report names every part', () => {
  expect(sizeReport()).toMatch(/MB {2}models/u);
  expect(megabytes(1_234_567)).toBe('     1.2 MB');
});
