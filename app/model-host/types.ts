import type {
  HostConfiguration,
  HostMethod,
  HostPayload,
  HostResult,
} from '../../contract/host.ts';
import type { AskOptions } from '../../foundation/rpc.ts';
import type { HostState } from '../../contract/application.ts';

export type {
  AnalyzedFace,
  EncoderInfo,
  GalleryCandidate,
  GalleryExclusions,
  GalleryTemplates,
  HostConfiguration,
  HostMethod,
  HostPayload,
  HostResult,
  PhotoAnalysis,
} from '../../contract/host.ts';

/** Without a time limit that of the method holds. */
export type RequestOptions = AskOptions;

/**
 * A model host as its client sees it: a process that is started at the first request, restarted
 * after a crash, and asked for one thing of the protocol's table at a time or for several at once.
 */
export interface ModelHost {
  /**
   * Errors: what the handler refuses with (its own code), `host_start_failed`, `host_crashed`,
   * `host_timeout`, `cancelled`. After any of them the next request works again.
   */
  request<M extends HostMethod>(
    method: M,
    payload: HostPayload<M>,
    options?: RequestOptions,
  ): Promise<HostResult<M>>;

  /**
   * Called after every start of the process, the first included, before any waiting request is
   * sent: the place to feed the gallery again. Requests that the listener makes go first.
   * Returns a function that takes the listener away.
   */
  onStart(listener: StartListener): () => void;

  /** Where its process stands. */
  readonly state: HostState;

  /** Called after every change of `state`. Returns a function that takes the listener away. */
  onState(listener: (state: HostState) => void): () => void;

  /** Uses another configuration from the next request on; a running process is replaced. */
  reconfigure(configuration: HostConfiguration): Promise<void>;

  /** Ends the process: requests in flight fail with `cancelled`, later ones too. */
  dispose(): Promise<void>;
}

export interface HostStart {
  /** 1 for the first process of this client, then counting up. */
  readonly generation: number;
  /** Of the operating system. */
  readonly pid: number;
  /** Sends ahead of everything that waits; usable only until the listener's promise settles. */
  readonly request: ModelHost['request'];
}

export type StartListener = (start: HostStart) => Promise<void> | void;
