import { parseArgs } from 'node:util';
import { measureAlignment } from './questions/alignment.ts';
import { measureFaces } from './questions/faces.ts';
import { measureGallery } from './questions/gallery.ts';
import type { Answer, Options } from './questions/question.ts';

/** One file per question; `npm run bench -- <question> [--json]`. */
const questions: Readonly<Record<string, (options: Options) => Promise<Answer>>> = {
  alignment: measureAlignment,
  faces: measureFaces,
  gallery: measureGallery,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, images: { type: 'string' } },
});
const ask = questions[positionals[0] ?? ''];
if (ask === undefined || positionals.length > 1) {
  const names = Object.keys(questions).join('|');
  process.stderr.write(`Usage: npm run bench -- <${names}> [--json] [--images <root>]\n`);
  process.exitCode = 2;
} else {
  const { figures, lines } = await ask(
    values.images === undefined ? {} : { images: values.images },
  );
  process.stdout.write(
    values.json === true ? `${JSON.stringify(figures)}\n` : `${lines.join('\n')}\n`,
  );
}
