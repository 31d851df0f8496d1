import type { Command } from 'commander';
import type { CommandOutput } from '../../../../contract/commands.ts';
import type { Act } from '../act.ts';
import { annotateOption, positiveNumber, wholeNumber } from '../arguments.ts';
import {
  indent,
  table,
  boxText,
  count,
  duration,
  percent,
  providerTitle,
  whoCells,
  type Paint,
} from '../output/text.ts';
import { markIdentified } from '../pictures/mark.ts';

type Identification = CommandOutput<'identification.identify'>;
type IdentifiedFace = Identification['faces'][number];

interface Options {
  readonly top: number;
  readonly threshold?: number;
  readonly annotate?: string;
}

export function registerIdentify(program: Command, act: Act): void {
  program
    .command('identify')
    .description('say who is in a photo (1:k)')
    .argument('<image>', 'the photo')
    .option('--top <n>', 'how many candidates to give for each face', wholeNumber(1, 100), 5)
    .option('--threshold <distance>', 'identified at or below this distance', positiveNumber)
    .option(...annotateOption)
    .action(
      act(async ({ dispatch }, image: string, options: Options) => {
        const result = await dispatch('identification.identify', {
          image: { path: image },
          top: options.top,
          ...(options.threshold === undefined ? {} : { threshold: options.threshold }),
        });
        if (options.annotate !== undefined) await annotate(image, options.annotate, result);
        return { json: result, text: (paint) => identifyText(image, result, paint) };
      }),
    );
}

async function annotate(image: string, file: string, { faces }: Identification): Promise<void> {
  const { writeAnnotated } = await import('../pictures/annotate.ts');
  await writeAnnotated(image, faces.map(markIdentified), file);
}

function identifyText(image: string, result: Identification, paint: Paint): string {
  const { faces, provider, elapsedMs } = result;
  const facts = [count(faces.length, 'face'), duration(elapsedMs), providerTitle(provider)];
  const head = `${paint('bold', image)}: ${facts.join(', ')}`;
  if (faces.length === 0) return head;
  const titles = ['#', 'who', 'distance', 'probability', 'quality', 'box', ''];
  const rows = faces.map((face, i) => faceRow(i + 1, face, result.threshold, paint));
  const align = ['right', 'left', 'left', 'right', 'right'] as const;
  return `${head}\n${indent(table([titles.map((title) => paint('dim', title)), ...rows], align))}`;
}

function faceRow(
  number: number,
  face: IdentifiedFace,
  threshold: number,
  paint: Paint,
): readonly string[] {
  const { box, quality } = face;
  return [
    `${number}`,
    ...whoCells(face, threshold, paint),
    percent(quality.score, 0),
    boxText(box),
    paint('yellow', quality.reasons.join('; ')),
  ];
}
