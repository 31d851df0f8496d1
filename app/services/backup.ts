import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import type { CommandOutput } from '../../contract/commands.ts';
import { LikenessError } from '../../contract/errors.ts';
import { checkOutput } from '../../foundation/files/output-file.ts';
import {
  countPeople,
  countTemplates,
  insertActivity,
  listAttendedJobs,
  openStore,
  replaceDatabase,
  type Store,
} from '../../db/store.ts';
import { noteActivity } from './activity.ts';
import { activity, readSettings } from './kept-settings.ts';
import type { Handler, Handlers } from './context.ts';
import { hostConfiguration } from './host-configuration.ts';
import { checkpointFolder } from './painting/painting-queue.ts';

const createBackup: Handler<'backup.create'> = async (context, payload) => {
  const { store } = context;
  const { replace } = payload;
  const file = await checkOutput(payload.file, { database: store.file, replace });
  await store.backUp(file, replace);
  const people = store.read(countPeople);
  noteActivity(context, 'backup', null, { people });
  return { file, bytes: (await stat(file)).size, people };
};

const restoreBackup: Handler<'backup.restore'> = async (context, payload) => {
  const { store, host, gallery, live, undos, emit, now } = context;
  refuseWhilePainting(store);
  const formerKept = await store.restore(path.resolve(payload.file), now());
  undos.clear();
  gallery.forget();
  live.reconsider();
  // The backup may have chosen other models.
  await host.reconfigure(hostConfiguration(store, context.configuration));
  await setCheckpointsAside(store, formerKept);
  const [people, templates] = [store.read(countPeople), store.read(countTemplates)];
  noteActivity(context, 'restored', null, { people, templates });
  emit('settings.changed', { settings: store.read(readSettings) });
  return { people, templates, formerKept, warnings: [] };
};

/**
 * Restores where the database itself cannot be opened, so that no services run on it.
 *
 * @param database the file in whose place the backup goes
 * @throws LikenessError database_busy, those of a backup that cannot be used
 */
export async function restoreUnreadable(
  database: string,
  backup: string,
  now: Date,
): Promise<CommandOutput<'backup.restore'>> {
  const formerKept = replaceDatabase(database, path.resolve(backup), now);
  const store = openStore({ file: database });
  try {
    await setCheckpointsAside(store, formerKept);
    const [people, templates] = [store.read(countPeople), store.read(countTemplates)];
    const counts = { people, templates };
    store.write((tables) => insertActivity(tables, activity('restored', null, counts, now)));
    const keys =
      'Access keys of other programs are not taken from a backup where the database could not be ' +
      'read: make them anew.';
    return { people, templates, formerKept, warnings: [keys] };
  } finally {
    store.close();
  }
}

function refuseWhilePainting(store: Store): void {
  const [job] = store.read(listAttendedJobs);
  if (job === undefined) return;
  throw new LikenessError(
    'job_state',
    `The painting ${job.id} is ${job.state}. Pause it, then restore the backup.`,
    { details: { id: job.id, state: job.state } },
  );
}

/** The numbers of paintings mean others now: theirs must not go on from what these have left. */
async function setCheckpointsAside(store: Store, formerKept: string): Promise<void> {
  const folder = checkpointFolder(store);
  const names = await readdir(folder).catch(() => []);
  const checkpoints = names.filter((name) => name.endsWith('.checkpoint'));
  if (checkpoints.length === 0) return;
  const aside = path.join(folder, path.basename(formerKept));
  await mkdir(aside, { recursive: true, mode: 0o700 });
  for (const name of checkpoints) await rename(path.join(folder, name), path.join(aside, name));
}

export const backupHandlers = {
  'backup.create': createBackup,
  'backup.restore': restoreBackup,
} satisfies Partial<Handlers>;
