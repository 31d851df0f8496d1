import type { Command } from 'commander';
import type { CommandOutput } from '../../../../contract/commands.ts';
import { confidenceOf } from '../../../../contract/confidence.ts';
import type { Act } from '../act.ts';
import { largestOption, positiveNumber, severalFaces } from '../arguments.ts';
import {
  againstThreshold,
  confidenceFormats,
  duration,
  percent,
  providerTitle,
  type Paint,
} from '../output/text.ts';

interface Options {
  readonly largest?: boolean;
  readonly threshold?: number;
}

export function registerVerify(program: Command, act: Act): void {
  program
    .command('verify')
    .description('say whether two photos show the same person (1:1)')
    .argument('<a>', 'one photo')
    .argument('<b>', 'another photo')
    .option('--threshold <distance>', 'same at or below this distance', positiveNumber)
    .option(...largestOption)
    .action(
      act(async ({ dispatch }, a: string, b: string, options: Options) => {
        const result = await dispatch('verification.verify', {
          a: { path: a },
          b: { path: b },
          severalFaces: severalFaces(options.largest),
          ...(options.threshold === undefined ? {} : { threshold: options.threshold }),
        });
        return { json: result, text: (paint) => verifyText(result, paint) };
      }),
    );
}

const verdicts = {
  sure: ['Same person', 'Different people'],
  probable: ['Probably the same person', 'Probably different people'],
  barely: ['Perhaps the same person', 'Perhaps different people'],
} as const;

function verifyText(result: CommandOutput<'verification.verify'>, paint: Paint): string {
  const { same, distance, threshold, probability, model, provider, elapsedMs } = result;
  const confidence = confidenceOf(same ? probability : 1 - probability);
  const [yes, no] = verdicts[confidence];
  const verdict = paint(same ? confidenceFormats[confidence] : 'yellow', same ? yes : no);
  const measured = `distance ${againstThreshold(distance, threshold)}`;
  const likely = `${percent(probability)} likely the same`;
  const how = `${model} on ${providerTitle(provider)}, ${duration(elapsedMs)}`;
  return `${verdict}: ${measured}, ${likely}\n${paint('dim', how)}`;
}
