import type { Command } from 'commander';
import type { CommandOutput } from '../../../../contract/commands.ts';
import type { Act } from '../act.ts';
import { annotateOption } from '../arguments.ts';
import {
  indent,
  table,
  boxText,
  count,
  duration,
  percent,
  providerTitle,
  type Paint,
} from '../output/text.ts';
import type { FaceMark } from '../pictures/mark.ts';

type Detection = CommandOutput<'faces.detect'>;

export function registerDetect(program: Command, act: Act): void {
  program
    .command('detect')
    .description('find the faces of a photo')
    .argument('<image>', 'the photo')
    .option(...annotateOption)
    .action(
      act(async ({ dispatch }, image: string, options: { readonly annotate?: string }) => {
        const result = await dispatch('faces.detect', { image: { path: image } });
        if (options.annotate !== undefined) await annotate(image, options.annotate, result);
        return { json: result, text: (paint) => detectText(image, result, paint) };
      }),
    );
}

async function annotate(image: string, file: string, { faces }: Detection): Promise<void> {
  const { writeAnnotated } = await import('../pictures/annotate.ts');
  const marks = faces.map(({ box }, i): FaceMark => ({ box, label: `${i + 1}`, tone: 'sure' }));
  await writeAnnotated(image, marks, file);
}

function detectText(image: string, result: Detection, paint: Paint): string {
  const { faces, provider, elapsedMs } = result;
  const facts = [count(faces.length, 'face'), duration(elapsedMs), providerTitle(provider)];
  const head = `${paint('bold', image)}: ${facts.join(', ')}`;
  if (faces.length === 0) return head;
  const titles = ['#', 'box', 'score', 'quality', ''].map((title) => paint('dim', title));
  const rows = faces.map(({ box, score, quality }, i) => [
    `${i + 1}`,
    boxText(box),
    percent(score, 0),
    percent(quality.score, 0),
    paint('yellow', quality.reasons.join('; ')),
  ]);
  return `${head}\n${indent(table([titles, ...rows], ['right', 'left', 'right', 'right']))}`;
}
