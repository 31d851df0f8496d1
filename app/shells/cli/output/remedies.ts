import type { ErrorCode, ErrorData } from '../../../../contract/errors.ts';

type Details = ErrorData['details'];

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** How a model that is not there, or damaged, comes back. */
function modelRemedy({ model, origin }: Details): string | null {
  switch (origin) {
    case 'built-in':
      return 'Run `npm run build` to make it again.';
    case 'download':
      return `Run \`likeness models fetch ${text(model)}\` to get it.`;
    case 'trained':
      return 'Train it again in the same work folder, which goes on from what is kept there, or put back a copy.';
    case 'imported':
      return 'Import it again with `likeness models import`.';
    default:
      return null;
  }
}

/** By code, what the command line offers; null where it knows nothing better than the message. */
const remedies: { readonly [C in ErrorCode]?: (details: Details) => string | null } = {
  cancelled: ({ id, output }) =>
    id === undefined || output === undefined
      ? null
      : `Let it go on with \`likeness stylize --resume -o ${text(output)}\`.`,
  download_corrupt: () => 'Name another place with --from, or try again.',
  download_failed: () => 'Try again later, or name another place with --from.',
  file_exists: () => 'Add --force to replace it.',
  host_start_failed: () => 'Run `likeness doctor` to see what is missing.',
  invalid_input: ({ expected, fields }) => {
    if (expected === 'style-encoder') return 'See `likeness models list`.';
    const [first] = Array.isArray(fields) ? (fields as { field?: string; message?: string }[]) : [];
    return first?.field === 'id' && first.message === 'is taken' ? 'Name it with --id.' : null;
  },
  manifest_invalid: ({ family }) =>
    family === null
      ? 'If it is one all the same, write a manifest and give it with --manifest.'
      : null,
  model_corrupt: modelRemedy,
  model_missing: modelRemedy,
  painting_diverged: () => 'Check the encoder with `likeness models verify`.',
};

/** What a person at the command line can do about an error. */
export const remedyOf = ({ code, details }: ErrorData): string | null =>
  remedies[code]?.(details) ?? null;
