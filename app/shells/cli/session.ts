import type { Backend } from '../wire/backend.ts';
import type { Settings } from './settings.ts';

export type { CallOptions } from '../wire/backend.ts';

/** Carries out one command of the contract. Errors: LikenessError. */
export type Dispatch = Backend['dispatch'];

/** The services with everything below them, for the length of one command line. */
export interface Session extends Backend, AsyncDisposable {}

export type OpenSession = (settings: Settings) => Promise<Session>;
