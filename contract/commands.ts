import type { z } from 'zod';
import { applicationCommands } from './application.ts';
import { evaluationCommands } from './evaluation.ts';
import { faceCommands } from './faces.ts';
import { graphCommands } from './graphs.ts';
import { comparisonCommands, modelCommands } from './models.ts';
import { paintingCommands } from './paintings.ts';
import { peopleCommands } from './people.ts';
import { styleTrainingCommands, trainingCommands } from './training.ts';
import { verifierCommands } from './verifier.ts';

/**
 * The one table of commands, by area. Shells derive their surface from it (command line, REST, the
 * window's bridge), services implement it: a new command touches its descriptor and its service.
 */
export const commands = {
  ...faceCommands,
  ...peopleCommands,
  ...modelCommands,
  ...comparisonCommands,
  ...evaluationCommands,
  ...applicationCommands,
  ...paintingCommands,
  ...graphCommands,
  ...trainingCommands,
  ...styleTrainingCommands,
  ...verifierCommands,
} as const;

export type Commands = typeof commands;
export type CommandName = keyof Commands;
/** What a caller passes, before defaults are filled in. */
export type CommandInput<N extends CommandName> = z.input<Commands[N]['input']>;
/** What a handler sees: validated, with defaults. */
export type CommandPayload<N extends CommandName> = z.output<Commands[N]['input']>;
export type CommandOutput<N extends CommandName> = z.output<Commands[N]['output']>;
export type { Evaluation, ModelSummary } from './models.ts';
export type { Person, PersonDetails } from './people.ts';

export const commandNames = Object.keys(commands) as CommandName[];
