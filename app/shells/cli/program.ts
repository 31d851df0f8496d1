import { Command } from 'commander';
import { createAct, type Surroundings } from './act.ts';
import { registerActivity } from './commands/activity.ts';
import { registerAttendance } from './commands/attendance.ts';
import { registerBackup } from './commands/backup.ts';
import { registerCalibrate } from './commands/calibrate.ts';
import { registerDemo } from './commands/demo.ts';
import { registerDetect } from './commands/detect.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerEnroll } from './commands/enroll.ts';
import { registerEvaluate } from './commands/evaluate.ts';
import { registerGraph } from './commands/graph.ts';
import { registerIdentify } from './commands/identify.ts';
import { registerImport } from './commands/import.ts';
import { registerModels } from './commands/models.ts';
import { registerPeople } from './commands/people.ts';
import { registerServe } from './commands/serve.ts';
import { registerSettings } from './commands/settings.ts';
import { registerStylize } from './commands/stylize.ts';
import {
  registerTrain,
  registerTrainStyleEncoder,
  registerTrainVerifier,
} from './commands/train.ts';
import { registerVerify } from './commands/verify.ts';
import { addGlobalOptions } from './settings.ts';
import { version } from '../../../contract/version.ts';

const registrations = [
  registerEnroll,
  registerIdentify,
  registerVerify,
  registerDetect,
  registerImport,
  registerPeople,
  registerEvaluate,
  registerCalibrate,
  registerStylize,
  registerServe,
  registerActivity,
  registerAttendance,
  registerBackup,
  registerSettings,
  registerTrain,
  registerTrainVerifier,
  registerTrainStyleEncoder,
  registerModels,
  registerGraph,
  registerDoctor,
  registerDemo,
];

/**
 * The whole command line. Parsing throws CommanderError for wrong usage and for `--help`, and
 * LikenessError for what a command refuses.
 */
export function createProgram(
  surroundings: Surroundings,
  finish: (exitCode: number) => void,
): Command {
  const { out } = surroundings.terminal;
  const program = new Command('likeness')
    .description('Recognizes people in photos, entirely on this machine.')
    .version(version)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => out.write(text),
      // Said once, in the form that was asked for, by whoever catches the error.
      outputError: () => undefined,
      writeErr: () => undefined,
    })
    .exitOverride();
  addGlobalOptions(program);
  const act = createAct(program, surroundings, finish);
  for (const register of registrations) register(program, act);
  return program;
}
