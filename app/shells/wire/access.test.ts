import { expect, test } from 'vitest';
import { mayCall } from './access.ts';

test('only whoever sits at the window sees what lies on the disk', () => {
  const callers = ['window', 'kiosk', 'program'] as const;
  expect(callers.filter((caller) => mayCall(caller, 'files.browse'))).toEqual(['window']);
});
