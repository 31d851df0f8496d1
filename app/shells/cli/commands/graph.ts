import { InvalidArgumentError, type Command } from 'commander';
import type { GraphReport } from '../../../../contract/graphs.ts';
import type { Act, Answer, CommandContext } from '../act.ts';
import { count, grouped, size, type Paint } from '../output/text.ts';

type Sizes = Readonly<Record<string, number>>;

interface ShowOptions {
  readonly dim: Sizes;
}

interface GradOptions extends ShowOptions {
  readonly loss?: string;
  readonly wrt?: string[];
}

export function registerGraph(program: Command, act: Act): void {
  const graph = program.command('graph').description('ONNX files as text, and their gradients');
  withSizes(graph.command('show'))
    .description('print a graph, its parameters, operations and memory')
    .action(act(show));
  withSizes(graph.command('grad'))
    .description('print the graph that computes its gradient')
    .option('--loss <output>', 'the output to differentiate; the only one if left out')
    .option(
      '--wrt <value>',
      'differentiate by this value; may be given more than once; all inputs if left out',
      (name: string, before: string[] | undefined) => [...(before ?? []), name],
    )
    .action(act(grad));
}

const withSizes = (command: Command): Command =>
  command
    .argument('<model>', 'the ONNX file')
    .option(
      '--dim <name=value>',
      'a number for an open dimension; may be given more than once',
      addSize,
      {},
    );

/** @throws InvalidArgumentError unless it reads like `height=512`. */
function addSize(text: string, before: Sizes): Sizes {
  const [, name, value] = /^([^=]+)=(\d+)$/u.exec(text) ?? [];
  if (name === undefined || Number(value) < 1)
    throw new InvalidArgumentError('It must read like height=512.');
  return { ...before, [name]: Number(value) };
}

async function show(
  { dispatch }: CommandContext,
  file: string,
  { dim }: ShowOptions,
): Promise<Answer> {
  const report = await dispatch('graph.show', { file, sizes: dim });
  return { json: report, text: (paint) => reportText(report, paint) };
}

async function grad(
  { dispatch }: CommandContext,
  file: string,
  { dim, loss, wrt }: GradOptions,
): Promise<Answer> {
  const report = await dispatch('graph.grad', {
    file,
    sizes: dim,
    ...(loss === undefined ? {} : { loss }),
    ...(wrt === undefined ? {} : { variables: wrt }),
  });
  const of = `d ${report.loss} / d ${report.variables.join(', ')}`;
  const seed = report.seed === null ? '' : `; ${report.seed} takes the gradient by ${report.loss}`;
  return { json: report, text: (paint) => `${reportText(report, paint)}\n${of}${seed}` };
}

function reportText({ text, ...report }: GraphReport, paint: Paint): string {
  return `${text}\n${paint('bold', report.name)}: ${costsOf(report).join(', ')}`;
}

function costsOf({
  nodes,
  parameters,
  flops,
  activationBytes,
  openDimensions,
  assumed,
}: Omit<GraphReport, 'text'>): string[] {
  const sizes = Object.entries(assumed).map(([name, value]) => `${name}=${value}`);
  const counted = [
    ...(sizes.length === 0 ? [] : [`read at ${sizes.join(', ')}, as it does not fit every size`]),
    count(nodes, 'node'),
    count(parameters, 'parameter'),
  ];
  if (flops === null || activationBytes === null)
    return [...counted, `give ${openDimensions.join(' and ')} with --dim for the costs of a run`];
  const memory = `${size(activationBytes)} of activations at most`;
  return [...counted, `${grouped(flops)} floating-point operations`, memory];
}
