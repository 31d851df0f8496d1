import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import type { ModelManifest } from '../../contract/manifest.ts';
import { contents, pictureNamed, styles, vgg19Folder } from '../data/paintings.ts';
import { loadVgg19 } from '../data/style-encoders.ts';
import { judge, type Verdict } from '../measure/judge.ts';
import { layOut, paintingsFolder, paintOne, type Painted } from '../measure/painted.ts';
import { builtInModels, startStudio, type Started } from '../measure/product.ts';
import type { Answer, Options } from './question.ts';

const TEACHER = 'vgg19';
const OURS = 'style-likeness';
const UNTRAINED = 'filter-bank';
const ENCODERS = [TEACHER, OURS, UNTRAINED] as const;
type Encoder = (typeof ENCODERS)[number];

/** Pixels of a picture's longer side on the sheet. */
const CELL = 288;

type Judged = Painted & { readonly encoder: Encoder } & Verdict;

/**
 * The same paintings with the teacher, with the encoder that it taught and with the untrained one,
 * in turns, all judged by the teacher; and a sheet of them side by side.
 */
export async function compareStyleEncoders({ size = 512, steps = 100 }: Options): Promise<Answer> {
  const folder = vgg19Folder();
  if (folder === null) throw new LikenessError('file_not_found', 'VGG-19 is not there to judge.');
  const paintings = await paintAll(folder, size, steps);
  const vgg19 = (await loadVgg19())!;
  const judged: Judged[] = [];
  for (const painted of paintings) judged.push({ ...painted, ...(await judge(vgg19, painted)) });
  const sheet = path.join(paintingsFolder, 'style-encoders.png');
  await layOut(sheet, rowsOf(judged), CELL);
  const means = Object.fromEntries(ENCODERS.map((encoder) => [encoder, meansOf(judged, encoder)]));
  const [teacher, ours, untrained] = ENCODERS.map((encoder) => means[encoder]!);
  const ratios = {
    styleToTeacher: ours!.style / teacher!.style,
    styleToUntrained: ours!.style / untrained!.style,
    contentToTeacher: ours!.content / teacher!.content,
    secondsToTeacher: ours!.seconds / teacher!.seconds,
  };
  const figures = { sheet, size, steps, means, ratios, paintings: judged };
  await writeFile(sheet.replace(/png$/u, 'json'), JSON.stringify(figures, null, 2));
  return { figures, lines: [...judged.map(line), ...summary(means, ratios), `Sheet: ${sheet}`] };
}

async function paintAll(folder: string, size: number, steps: number) {
  await using studio = await startStudio(folder);
  const paintings: (Painted & { readonly encoder: Encoder })[] = [];
  for (const content of contents)
    for (const style of styles)
      for (const encoder of ENCODERS) {
        const sha256 = await hashOf(studio, encoder);
        const wishes = { size, steps, encoder };
        const painted = await paintOne(studio, { content, style }, wishes, sha256);
        paintings.push({ ...painted, encoder });
        process.stderr.write(
          `${content} × ${style}, ${encoder}: ${painted.seconds.toFixed(0)} s\n`,
        );
      }
  return paintings;
}

async function hashOf({ configuration }: Started, encoder: Encoder): Promise<string> {
  const root = encoder === TEACHER ? configuration.userModels : builtInModels;
  const manifest = await readFile(path.join(root, `${encoder}.json`), 'utf8');
  return (JSON.parse(manifest) as ModelManifest).sha256;
}

type Means = Readonly<Record<'style' | 'content' | 'seconds', number>>;

function meansOf(judged: readonly Judged[], encoder: Encoder): Means {
  const own = judged.filter((painting) => painting.encoder === encoder);
  const mean = (of: (painting: Judged) => number) =>
    own.reduce((sum, painting) => sum + of(painting), 0) / own.length;
  return {
    style: mean(({ styleLoss }) => styleLoss),
    content: mean(({ contentLoss }) => contentLoss),
    seconds: mean(({ seconds }) => seconds),
  };
}

const line = ({ encoder, content, style, styleLoss, contentLoss, seconds }: Judged) =>
  `${content} × ${style}, ${encoder}: style ${styleLoss.toFixed(5)}, ` +
  `content ${contentLoss.toFixed(3)}, ${seconds.toFixed(0)} s`;

function summary(
  means: Readonly<Record<string, Means>>,
  ratios: Readonly<Record<string, number>>,
): readonly string[] {
  const rows = Object.entries(means).map(
    ([encoder, { style, content, seconds }]) =>
      `Mean of ${encoder}: style ${style.toFixed(5)}, content ${content.toFixed(3)}, ${seconds.toFixed(0)} s`,
  );
  const times = (name: string) => ratios[name]!.toFixed(2);
  return [
    ...rows,
    `Ours: style loss ${times('styleToTeacher')} times the teacher's, ${times('styleToUntrained')} times ` +
      `the untrained one's; content loss ${times('contentToTeacher')} times the teacher's; ` +
      `${times('secondsToTeacher')} of its time`,
  ];
}

/** A row per painting: photo, style, and the three encoders. */
const rowsOf = (judged: readonly Judged[]): readonly (readonly string[])[] =>
  contents.flatMap((content) =>
    styles.map((style) => [
      pictureNamed(content),
      pictureNamed(style),
      ...ENCODERS.map((encoder) => fileOf(judged, { content, style, encoder })),
    ]),
  );

const fileOf = (
  judged: readonly Judged[],
  { content, style, encoder }: Pick<Judged, 'content' | 'style' | 'encoder'>,
): string =>
  judged.find(
    (each) => each.content === content && each.style === style && each.encoder === encoder,
  )!.file;
