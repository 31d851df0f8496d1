import { measureFaces } from './questions/faces.ts';
import { measureGallery } from './questions/gallery.ts';
import type { Answer } from './questions/question.ts';

/** One file per question; `npm run bench -- <question> [--json]`. */
const questions: Readonly<Record<string, () => Promise<Answer>>> = {
  faces: measureFaces,
  gallery: measureGallery,
};

const [name = '', ...options] = process.argv.slice(2);
const ask = questions[name];
if (ask === undefined || options.some((option) => option !== '--json')) {
  const names = Object.keys(questions).join('|');
  process.stderr.write(`Usage: npm run bench -- <${names}> [--json]\n`);
  process.exitCode = 2;
} else {
  const { figures, lines } = await ask();
  process.stdout.write(
    options.includes('--json') ? `${JSON.stringify(figures)}\n` : `${lines.join('\n')}\n`,
  );
}
