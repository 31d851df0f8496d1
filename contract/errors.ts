import { z } from 'zod';

/**
 * Every way in which Likeness can refuse or fail. A code is stable: programs may switch on it.
 * The sentence beside it says what it stands for.
 */
export const errorCodes = {
  invalid_input: 'an argument or message does not fit the contract',
  cancelled: 'the user stopped it',
  internal: 'a defect in Likeness itself',

  command_unknown: 'there is no command of that name',
  message_malformed: 'a message between window and shell is not one of the contract',
  message_too_large: 'a message or request body has more bytes than the limit',
  message_out_of_order: 'the id of a message was used before or is ahead of its request',
  too_many_requests: 'more requests than may be under way or asked within a minute',
  not_authorized: 'the session token or key is missing, wrong or revoked',
  proof_needed: 'beside the session, the PIN or a code is needed for this',
  proof_wrong: 'the code is not the right one, or has expired',
  origin_refused: 'the request comes from, or was sent to, another site',
  command_refused: 'the command is not for this kind of caller',
  pin_missing: 'the kiosk has no PIN that would end it',
  kiosk_locked: 'the kiosk is on and the command is not part of it',
  route_unknown: 'there is no such address',
  method_refused: 'the address takes requests of another method',

  address_refused: 'the server may not listen there unless that is allowed, with a certificate',
  port_in_use: 'another program listens on the port',
  server_missing: 'no server of Likeness runs on the data folder',
  window_missing: 'the built pages of the window are not there',

  path_refused: 'a program named a path or address that it may not use',
  folder_refused: 'a folder that programs may not be let into',

  file_not_found: 'no such file or folder',
  file_is_directory: 'a folder was given where a file was expected',
  file_not_directory: 'a file was given where a folder was expected',
  file_unreadable: 'the system refuses to read or write it',
  file_empty: 'the file has no bytes',
  file_too_large: 'the file has more bytes than are read',
  file_exists: 'a file of that name is there and was not to be replaced',
  output_is_input: 'the file to be written is one that is read',
  disk_full: 'no space is left on the disk',

  image_unrecognized: 'the bytes are no picture of a supported format',
  image_truncated: 'the picture ends too early or is damaged',
  image_too_large: 'the picture has more pixels than the limit',
  image_too_small: 'the picture has fewer pixels than are needed',
  image_painted: 'the picture is a painting of Likeness where a photo was expected',

  file_ignored: 'a file of a folder of photos is no picture',
  photo_misplaced: 'a photo lies where it cannot be told whose it is',
  photos_refused: 'some of the photos were refused, the others were taken',

  no_face: 'no face was found',
  several_faces: 'more than one face where one was expected',
  low_quality: 'the face is too small, blurred, dark or turned to be enrolled',
  already_enrolled: 'this very photo is enrolled for this person',
  nothing_enrolled: 'none of the photos could be enrolled',

  person_not_found: 'nobody of that name or id is enrolled',
  person_exists: 'somebody else already has that name',
  name_invalid: 'the name is empty, too long or has control characters',

  model_unknown: 'the catalog has no model of that name',
  model_missing: 'the model file is not on this machine',
  model_corrupt: 'the model file does not match its hash or cannot be read',
  model_incompatible: 'the model file does not do what its manifest says',
  encoding_invalid: 'an encoding is zero or has values that are no numbers',
  adoption_unknown: 'there is no adoption of a model that could be undone',
  not_differentiable: 'no gradient of the graph can be had',
  manifest_invalid: 'a field of the model manifest is missing or wrong',
  download_failed: 'a download was refused, cut or timed out',
  download_corrupt: 'a downloaded file does not match its pinned size or hash',

  provider_unavailable: 'the execution provider cannot run here',
  host_start_failed: 'the model process did not come up',
  host_crashed: 'the model process died during the request',
  host_timeout: 'the model process did not answer in time',

  database_newer: 'the database was written by a newer version',
  database_corrupt: 'the database fails its integrity check',
  database_busy: 'another process holds the database for too long',
  database_unavailable: 'the database cannot be opened or created',

  backup_foreign: 'the file is no backup of Likeness',

  clock_jumped: 'the clock has jumped ahead; somebody has to say that it is right',

  undo_expired: 'the change can no longer be undone',
  template_not_found: 'the person has no template of that number',
  example_not_found: 'the person has no example of that number',
  pin_wrong: 'the PIN is not the right one',
  pin_delayed: 'after wrong PINs the next one is not looked at yet',
  key_not_found: 'there is no key of that number',

  layer_unknown: 'the style encoder has no layer of that name',
  painting_diverged: 'the painting came to values that are no numbers',
  memory_insufficient: 'the painting does not fit the memory budget even in tiles',
  painting_unknown: 'the picture carries no settings of a painting',
  checkpoint_corrupt: 'the saved state of a painting is damaged',
  checkpoint_incompatible:
    'the saved state is of another version, or of other pictures, models or settings',
  training_diverged: 'the training came to values that are no numbers',
  training_impossible: 'the photos do not allow the training',

  job_not_found: 'there is no job of that number',
  job_state: 'the job is in a state in which this cannot be done',

  pairs_invalid: 'a line of the pairs file cannot be read',
  evaluation_impossible: 'the photos do not allow the measurement',
  calibration_impossible: 'the people or photos do not allow the calibration',
} as const;

export type ErrorCode = keyof typeof errorCodes;

export const ErrorData = z.object({
  code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
});
/** An error as it crosses processes and leaves through `--json` or REST. */
export type ErrorData = z.infer<typeof ErrorData>;

/** The one class of expected failures: a stable code, a sentence for a person, and details. */
export class LikenessError extends Error {
  override readonly name = 'LikenessError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  /** `message` says what happened to which thing; what a shell offers to do about it, the shell adds. */
  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }

  toData(): ErrorData {
    return { code: this.code, message: this.message, details: { ...this.details } };
  }

  static fromData(data: ErrorData): LikenessError {
    return new LikenessError(data.code, data.message, { details: data.details });
  }
}

/** Gives any thrown value a code: ours pass through, system errors are translated, the rest is `internal`. */
export function toLikenessError(thrown: unknown): LikenessError {
  if (thrown instanceof LikenessError) return thrown;
  if (!(thrown instanceof Error)) return new LikenessError('internal', String(thrown));
  // What the engine says of a text that is no JSON repeats the text.
  if (thrown instanceof SyntaxError)
    return new LikenessError('internal', 'A text has another form than expected.', {
      cause: thrown,
    });
  if (thrown.name === 'AbortError')
    return new LikenessError('cancelled', 'Stopped.', { cause: thrown });
  const { code, path } = thrown as Error & { code?: string; path?: string };
  const translated = code === undefined ? undefined : systemErrors[code];
  if (translated === undefined)
    return new LikenessError('internal', thrown.message, { cause: thrown });
  const file = path ?? 'The file';
  return new LikenessError(translated[0], `${file} ${translated[1]}`, {
    details: path === undefined ? { errno: code } : { errno: code, file: path },
    cause: thrown,
  });
}

const systemErrors: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOENT: ['file_not_found', 'does not exist. Check the spelling of the path.'],
  EISDIR: ['file_is_directory', 'is a folder, but a file was expected.'],
  ENOTDIR: ['file_not_directory', 'lies below something that is not a folder.'],
  EACCES: ['file_unreadable', 'may not be accessed. Check its permissions.'],
  EPERM: ['file_unreadable', 'may not be accessed. Check its permissions.'],
  EROFS: ['file_unreadable', 'lies on a read-only disk.'],
  ENOSPC: ['disk_full', 'could not be written: the disk is full. Free some space and try again.'],
  ELOOP: ['file_unreadable', 'is a link that leads back to itself.'],
  ENAMETOOLONG: ['file_not_found', 'is longer than a path may be.'],
  ENXIO: ['file_unreadable', 'is a device, pipe or socket that cannot be read.'],
  EIO: ['file_unreadable', 'could not be read or written: the disk reports an error.'],
  EINVAL: ['file_unreadable', 'is nothing that can be read or written here.'],
  ERR_INVALID_ARG_VALUE: ['file_not_found', 'is no path: it has a null character.'],
  EDQUOT: ['disk_full', 'could not be written: your disk quota is used up.'],
};

/** Closes a `switch` over a union: adding a variant becomes a type error here. */
export function assertNever(value: never): never {
  throw new LikenessError('internal', `Unexpected variant ${JSON.stringify(value)}.`);
}
