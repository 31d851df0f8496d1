import { expect, test } from 'vitest';
import { z } from 'zod';
import { command } from '../../../contract/command.ts';
import { commandNames, commands, type CommandName } from '../../../contract/commands.ts';
import { mayCall, permitted, takesProof, type Caller } from './access.ts';

/** By area, as written down by hand: whoever opens a command to programs changes this list as well. */
const ofPrograms: Readonly<Record<string, string>> = {
  activity: 'export list overdue',
  attendance: 'export list',
  backup: 'create',
  calibration: 'apply last outlook run',
  diagnostics: 'doctor',
  enrollment: 'enroll importFolder',
  evaluation: 'detection last run',
  faces: 'detect',
  graph: 'grad show',
  identification: 'identify',
  live: 'end look',
  models: 'compare import list strangers use verify',
  paintings: 'cancel create estimate export list pause recall remove resume show wait',
  people:
    'choosePortrait delete hide list merge noteConsent portraits reject removeTemplate rename show ' +
    'similar split unreject',
  pictures: 'add show',
  samples: 'enroll list remove styles',
  settings: 'get',
  system: 'status',
  verification: 'verify',
};

const allowed = (caller: Caller): readonly string[] =>
  commandNames.filter((name) => mayCall(caller, name)).toSorted();

test('programs with a key may call these commands and no other', () => {
  const listed = Object.entries(ofPrograms).flatMap(([area, names]) =>
    names.split(' ').map((name) => `${area}.${name}`),
  );
  expect(allowed('program')).toEqual(listed.toSorted());
});

test('a locked kiosk may call these commands and no other', () => {
  expect(allowed('kiosk')).toEqual([
    ...['kiosk.unlock', 'live.end', 'live.look', 'settings.get', 'system.status'],
  ]);
});

test('a new command is closed to both, and follows from nothing', () => {
  const {
    callers,
    changes,
    takesProof: proof,
  } = command({
    summary: 'Something new',
    input: z.object({}),
    output: z.object({}),
  });
  expect([callers, changes, proof({})]).toEqual([[], [], false]);
});

test('what outlives a session, or carries data out of the store, takes a second proof', () => {
  const asks = (name: CommandName, input: object = {}) => takesProof(name, input);
  expect(commandNames.filter((name) => asks(name)).toSorted()).toEqual([
    'access.allowFolder',
    'access.createKey',
    'activity.export',
    'attendance.export',
    'backup.create',
    'backup.restore',
    'kiosk.setPin',
  ]);
  // A PIN that is changed is its own proof.
  expect(asks('kiosk.setPin', { pin: '1234', current: '4321' })).toBe(false);
});

test('only whoever sits at the window sees what lies on the disk', () => {
  expect(commands['files.browse'].callers).toEqual([]);
});

test('programs of earlier versions call commands by their former names', () => {
  expect(permitted('program', 'enrolment.enrol')).toBe('enrollment.enroll');
  expect(permitted('program', 'styling.create')).toBe('paintings.create');
  expect(() => permitted('program', 'styling.paint')).toThrow(
    expect.objectContaining({ code: 'command_unknown' }),
  );
});
