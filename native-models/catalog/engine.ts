import type { Runtime } from '../runtime/runtime.ts';
import type { Catalog } from './catalog.ts';

/** What paintings and trainings run on. */
export interface Engine {
  readonly catalog: Catalog;
  readonly runtime: Runtime;
  /** Where models of the user's own are kept. */
  readonly userModels: string;
}
