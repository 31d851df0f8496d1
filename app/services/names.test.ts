import { expect, test } from 'vitest';
import { testApplication } from './testing/application.ts';

test.each(['ANNA', 'An\u200Cna', 'Ａnna'])(
  'a rename to %j beside Anna is pointed out',
  async (name) => {
    const app = testApplication();
    for (const who of ['Anna', 'Bert'])
      await app.run('enrolment.enrol', { name: who, images: [app.photo(`${who}.jpg`, who)] });
    const renamed = await app.run('people.rename', { person: 'Bert', name });
    expect(renamed.alike).toEqual([{ id: 1, name: 'Anna' }]);
    expect(renamed.warnings).toEqual([expect.stringContaining('Anna (number 1)')]);
  },
);
