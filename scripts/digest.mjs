import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** SHA-256 over names and contents of files, given relative to `root`; a missing file counts as such. */
export function digest(root, files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const full = path.join(root, file);
    const content = existsSync(full) ? readFileSync(full) : undefined;
    hash.update(`${file}\0${content?.length ?? 'missing'}\0`);
    if (content !== undefined) hash.update(content);
  }
  return hash.digest('hex');
}
