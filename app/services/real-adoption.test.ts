import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { countTemplates, openStore, readSetting } from '../../db/store.ts';
import { modelsAreBuilt, realApplication } from './testing/real-application.ts';
import { adaAgain, cutPortrait, samplePhoto, sitters, faceAt } from './testing/sample-portraits.ts';

const FORMER = 'encoder-resnet29';
const LATTER = 'encoder-likeness';
const adopter = path.join(import.meta.dirname, 'testing/adopt-process.ts');

describe.skipIf(!modelsAreBuilt())('with the real models (npm run build)', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'likeness-adoption-'));
  const dataDir = path.join(folder, 'data');
  const kept = () => {
    const store = openStore({ dataDir });
    const seen = store.read((tables) => [
      countTemplates(tables),
      readSetting(tables, 'model.encoder'),
      readSetting(tables, 'model.adoption'),
    ]);
    expect(store.health().integrity).toBe('ok');
    store.close();
    return seen;
  };
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('finds every kept face again, in the files as in the portraits; a dry run writes nothing', async () => {
    await using app = realApplication(dataDir);
    await app.dispatch('models.use', { id: FORMER });
    for (const [i, sitter] of sitters.entries()) {
      const file = path.join(folder, `${sitter.name}.jpg`);
      await cutPortrait(sitter, file);
      await app.dispatch('enrollment.enroll', { name: sitter.name, images: [{ path: file }] });
      // Of every other one only the portrait is left.
      if (i % 2 === 1) rmSync(file);
    }
    const { people, added } = await app.dispatch('models.adopt', { id: LATTER, dryRun: true });
    expect(added).toBe(sitters.length);
    expect(people.filter(({ fromPortraits }) => fromPortraits === 1)).toHaveLength(3);
    expect(people.filter(({ fromOriginals }) => fromOriginals === 1)).toHaveLength(3);
    expect(app.store.read(countTemplates)).toBe(sitters.length);
  });

  it('killed half-way nothing has changed; a second run completes it, and can be undone', async () => {
    const before = kept();
    expect(before).toEqual([sitters.length, FORMER, undefined]);
    const child = spawn(process.execPath, [adopter, dataDir, LATTER], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    let lines = 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      lines += text.split('\n').length - 1;
      if (lines >= 2) child.kill('SIGKILL');
    });
    expect(await closed).toEqual([null, 'SIGKILL']);
    expect(kept()).toEqual(before);

    await using app = realApplication(dataDir);
    expect(await app.dispatch('models.adopt', { id: LATTER })).toMatchObject({
      added: sitters.length,
    });
    const image = { path: samplePhoto(adaAgain.sample) };
    const found = await app.dispatch('identification.identify', { image });
    const ada = faceAt(found.faces, adaAgain.box);
    expect(found.model).toBe(LATTER);
    expect(ada.matches[0]).toMatchObject({ name: 'Ada' });
    expect(ada.decision).toBe('identified');

    expect(await app.dispatch('models.undoAdoption', {})).toMatchObject({
      model: { id: FORMER },
      since: [],
      unknown: [],
    });
    const back = await app.dispatch('identification.identify', { image });
    expect(back.model).toBe(FORMER);
    expect(faceAt(back.faces, adaAgain.box)).toMatchObject({
      decision: 'identified',
      matches: [{ name: 'Ada' }, {}, {}, {}, {}],
    });
  });
});
