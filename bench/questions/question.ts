export interface Options {
  /** A folder `root/person/*.jpg`, for questions about real people. */
  readonly images?: string;
  /** How long memory is watched. */
  readonly minutes?: number;
  /** For questions about paintings. */
  readonly size?: number;
  readonly steps?: number;
  readonly encoder?: string;
  /** For damaged files: how many, and where their numbers begin. */
  readonly mutants?: number;
  readonly seed?: number;
  /** 10⁶ bytes that a painting may take. */
  readonly budget?: number;
}

/** What a benchmark found: numbers for programs, and the same in words. */
export interface Answer {
  readonly figures: object;
  readonly lines: readonly string[];
}
