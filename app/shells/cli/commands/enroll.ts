import type { Command } from 'commander';
import type { CommandOutput } from '../../../../contract/commands.ts';
import type { Act } from '../act.ts';
import { largestOption, severalFaces } from '../arguments.ts';
import { count, duration, type Paint } from '../output/text.ts';
import { refusals, refusedPhotos } from '../output/refusals.ts';

interface Options {
  readonly largest?: boolean;
  readonly consent?: string;
}

export function registerEnroll(program: Command, act: Act): void {
  program
    .command('enroll')
    .description('enroll a person from one or more photos')
    .argument('<name>', 'the name of the person')
    .argument('<image...>', 'photos that show the person')
    .option(...largestOption)
    .option('--consent <note>', "a note on the person's agreement, kept with the person")
    .action(
      act(async ({ dispatch }, name: string, images: readonly string[], options: Options) => {
        const result = await dispatch('enrollment.enroll', {
          name,
          images: images.map((path) => ({ path })),
          severalFaces: severalFaces(options.largest),
          ...(options.consent === undefined ? {} : { consent: options.consent }),
        });
        return {
          json: result,
          text: (paint) => enrollText(result, paint),
          ...(await refusedPhotos(result.refused)),
        };
      }),
    );
}

function enrollText(result: CommandOutput<'enrollment.enroll'>, paint: Paint): string {
  const { person, enrolled, alreadyEnrolled, refused, elapsedMs } = result;
  const known = alreadyEnrolled > 0 ? [`${alreadyEnrolled} enrolled before`] : [];
  const facts = [count(enrolled, 'photo'), ...known, duration(elapsedMs)].join(', ');
  const head = `Enrolled ${paint('bold', person.name)} (${person.id}): ${facts}`;
  return [head, ...refusals(refused, paint)].join('\n');
}
