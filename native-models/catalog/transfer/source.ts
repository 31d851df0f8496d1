/** Bytes of a file from some offset on. */
export interface Opened {
  /** The offset that was asked for, or 0 where the source can only start at the beginning. */
  readonly startsAt: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** A place that has one file. */
export interface Source {
  /** For a person: a URL or a path. */
  readonly place: string;
  /**
   * @param offset bytes that are already here
   * @param expected bytes that the whole file must have
   * @throws LikenessError download_failed, download_corrupt, file_not_found, file_unreadable
   */
  readonly open: (offset: number, expected: number, signal: AbortSignal) => Promise<Opened>;
}
