import type { Migration } from '../migrate.ts';

/** A code that failed paintings may hold, in the spelling that the contract has now. */
export const americanCodes: Migration = {
  version: 9,
  name: 'American spelling of a code',
  sql: `
    UPDATE jobs SET error = replace(error, '"code":"image_unrecognised"', '"code":"image_unrecognized"')
    WHERE error LIKE '%"code":"image_unrecognised"%';
  `,
};
