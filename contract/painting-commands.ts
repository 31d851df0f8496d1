import { z } from 'zod';
import { command } from './command.ts';
import { OwnersPlace, QueuedOutput, ReadableFile, WritableFile } from './places.ts';
import { Bytes } from './window-values.ts';
import { PaintingEstimate, PaintingJob, PaintingSettings } from './painting.ts';

const JobNumber = z.object({ id: z.int().positive() });
/** Files that are there already are replaced. */
const Replace = z.boolean().default(false);
const Job = z.object({ job: PaintingJob });

/** Paintings, each a job that can be followed, paused and taken up again. */
export const paintingCommands = {
  'styling.estimate': command(
    'Say what a painting will take before it is begun',
    z.object({ settings: PaintingSettings }),
    z.object({ estimate: PaintingEstimate, warnings: z.array(z.string()) }),
  ),
  'styling.create': command(
    'Queue a painting',
    z.object({
      settings: PaintingSettings,
      /**
       * The file to write: .png, .jpg, .webp, or .tif for 16 bits per channel. Absent: a 16-bit TIFF
       * among the paintings of the data folder.
       */
      output: QueuedOutput.optional(),
      /** A JPEG that is written again and again while the painting grows. */
      previewFile: QueuedOutput.optional(),
      replace: Replace,
    }),
    Job,
  ),
  'styling.list': command(
    'All paintings, the newest first',
    z.object({}),
    z.object({ jobs: z.array(PaintingJob) }),
  ),
  'styling.show': command('One painting', JobNumber, Job),
  'styling.wait': command(
    'Follow a painting until it is over or paused; stopping this pauses it',
    JobNumber,
    Job,
  ),
  'styling.pause': command('Stop a painting; it can go on later', JobNumber, Job),
  'styling.resume': command(
    'Let a paused or failed painting go on where it was',
    JobNumber.extend({
      /** Another file to write than before. */
      output: QueuedOutput.optional(),
      previewFile: QueuedOutput.optional(),
    }),
    Job,
    { reads: 'pictures of the painting', writes: 'the output and preview of the painting' },
  ),
  'styling.cancel': command('Give a painting up', JobNumber, Job),
  'styling.export': command(
    'Write the picture of a finished painting in another format, settings inside',
    JobNumber.extend({
      format: z.enum(['png', 'jpeg', 'tiff', 'webp']),
      file: WritableFile.optional(),
      replace: Replace,
    }),
    z.object({
      /** Where it was written; null where no file was named. */
      file: OwnersPlace.nullable(),
      /** The encoded picture; null where a file was named. */
      bytes: Bytes.nullable(),
    }),
    { reads: 'the output of the painting' },
  ),
  'styling.remove': command(
    'Take a painting that is over out of the history; its file stays',
    JobNumber,
    z.object({}),
  ),
  'styling.recall': command(
    'Read the settings that a painting carries in its file',
    z.object({ picture: ReadableFile }),
    z.object({ settings: PaintingSettings }),
  ),
} as const;
