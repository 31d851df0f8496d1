import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import type { Act, Answer, CommandContext } from '../act.ts';
import type { ProbePhoto, Rehearsal, Tally } from '../demo/rehearse.ts';
import {
  table,
  count,
  duration,
  percent,
  providerTitle,
  whoCells,
  type Paint,
} from '../output/text.ts';

export function registerDemo(program: Command, act: Act): void {
  program
    .command('demo')
    .description('enroll the people of some sample photos, identify them in others, write a report')
    .option('--out <folder>', 'where the report goes', path.join('reports', 'demo'))
    .action(act(demo, { throwAwayData: true, ownProgress: true }));
}

async function demo(
  { dispatch, settings, terminal }: CommandContext,
  { out }: { readonly out: string },
) {
  // Loaded here, as pictures and pages are no business of the other commands.
  const [{ rehearse }, { exhibit }] = await Promise.all([
    import('../demo/rehearse.ts'),
    import('../demo/exhibit.ts'),
  ]);
  const [{ demoReport }, { writeReport }] = await Promise.all([
    import('../report/demo.ts'),
    import('../report/write.ts'),
  ]);
  const say = (step: string) => settings.quiet || terminal.err.write(`${step} …\n`);
  const rehearsal = await rehearse(dispatch, say);
  const shown = await exhibit(rehearsal);
  const report = path.resolve(out, 'index.html');
  await writeReport(report, demoReport(shown));
  return answer(rehearsal, shown.tally, report);
}

function answer({ probes }: Rehearsal, tally: Tally, report: string): Answer {
  const photos = probes.map(({ file, faces }) => ({
    photo: path.basename(file),
    faces: faces.map(({ face }) => face),
  }));
  return {
    json: { ...tally, photos, report },
    text: (paint) => demoText(probes, tally, report, paint),
  };
}

function demoText(
  probes: readonly ProbePhoto[],
  tally: Tally,
  report: string,
  paint: Paint,
): string {
  const titles = ['photo', 'face', 'who', 'distance', 'probability', 'quality'];
  const rows = probes.flatMap((probe) => probeRows(probe, tally.threshold, paint));
  const enrolled = count(tally.enrolled, 'person', 'people');
  const from = count(tally.enrollmentPhotos, 'photo');
  return [
    `Enrolled ${enrolled} from ${from}, then asked about ${count(tally.probePhotos, 'other')}:`,
    '',
    table([titles.map((title) => paint('dim', title)), ...rows], ['left', 'right']),
    '',
    `${duration(tally.photoMs)} per photo with ${tally.model} on ${providerTitle(tally.provider)}`,
    `Report: ${paint('cyan', pathToFileURL(report).href)}`,
  ].join('\n');
}

const probeRows = ({ file, faces }: ProbePhoto, threshold: number, paint: Paint) =>
  faces.map(({ face }, i) => [
    i === 0 ? path.basename(file) : '',
    `${i + 1}`,
    ...whoCells(face, threshold, paint),
    percent(face.quality.score, 0),
  ]);
