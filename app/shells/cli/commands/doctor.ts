import type { Command } from 'commander';
import type { CommandOutput } from '../../../../contract/commands.ts';
import type { Act } from '../act.ts';
import { isBroken, modelTable } from '../output/models.ts';
import {
  indent,
  table,
  clipped,
  count,
  duration,
  providerTitle,
  type Paint,
} from '../output/text.ts';

const MESSAGE_WIDTH = 90;

type Health = CommandOutput<'diagnostics.doctor'>;

export function registerDoctor(program: Command, act: Act): void {
  program
    .command('doctor')
    .description('check runtime, execution providers, models and database')
    .action(
      act(async ({ dispatch }) => {
        const health = await dispatch('diagnostics.doctor', {});
        const answer = { json: health, text: (paint: Paint) => healthText(health, paint) };
        return health.ok ? answer : { ...answer, failure: await illness(health) };
      }),
    );
}

async function illness({ models, database, providers }: Health) {
  const { LikenessError } = await import('../../../../contract/errors.ts');
  const broken = models.filter(isBroken).map(({ id, state }) => `${id} is ${state}`);
  if (broken.length > 0) return new LikenessError('model_corrupt', `Models: ${broken.join(', ')}.`);
  if (database.integrity !== 'ok')
    return new LikenessError('database_corrupt', `Database: ${database.integrity}`);
  if (database.damagedTemplates !== null && database.damagedTemplates > 0)
    return new LikenessError(
      'database_corrupt',
      `${count(database.damagedTemplates, 'enrolled photo')} cannot be compared any more: ` +
        'remove them, or enroll the people again.',
      { details: { damagedTemplates: database.damagedTemplates } },
    );
  const failed = providers.filter(({ available, proven }) => available && !proven);
  const names = failed.map(({ provider }) => providerTitle(provider)).join(', ');
  return new LikenessError('provider_unavailable', `These fail their proof: ${names}.`);
}

function healthText(health: Health, paint: Paint): string {
  const { version, node, platform, runtime, database } = health;
  const section = (title: string, body: string) => `${paint('bold', title)}\n${indent(body)}`;
  const system = [
    ['Likeness', version],
    ['Node', node],
    ['Platform', platform],
    ['ONNX Runtime', runtime],
  ];
  return [
    section('System', table(system)),
    section('Execution providers', providerTable(health, paint)),
    section('Models', modelTable(health.models, paint)),
    section('Database', databaseTable(database, paint)),
    health.ok ? paint('green', 'All is well.') : paint('red', 'Something is broken; see above.'),
  ].join('\n\n');
}

function providerTable({ providers }: Health, paint: Paint): string {
  const rows = providers.map((proof) => [
    providerTitle(proof.provider),
    proof.proven
      ? paint('green', 'proven')
      : proof.available
        ? paint('red', 'wrong')
        : paint('dim', 'absent'),
    proof.maxAbsDifference === null ? '' : `±${proof.maxAbsDifference.toExponential(1)}`,
    proof.milliseconds === null ? '' : duration(proof.milliseconds),
    paint('dim', clipped(proof.message, MESSAGE_WIDTH)),
  ]);
  return table(rows, ['left', 'left', 'right', 'right']);
}

function databaseTable(database: Health['database'], paint: Paint): string {
  const sound = database.integrity === 'ok';
  return table([
    ['File', database.file],
    ['Schema', `${database.schemaVersion ?? 'unknown'}`],
    ['Integrity', paint(sound ? 'green' : 'red', database.integrity)],
    ['Holds', holdings(database)],
  ]);
}

function holdings({ people, templates }: Health['database']): string {
  if (people === null || templates === null) return 'unknown';
  return `${count(people, 'person', 'people')}, ${count(templates, 'template')}`;
}
