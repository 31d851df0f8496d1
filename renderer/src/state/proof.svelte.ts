import type { CallError } from '../api.ts';
import { describe } from './toasts.svelte.ts';

interface Question {
  readonly by: 'pin' | 'code';
  /** Why the last answer was not good enough. */
  readonly problem: string | undefined;
  readonly answer: (proof: string | undefined) => void;
}

/** What a person is asked beside their session, before something that outlives it. */
class ProofState {
  #question = $state.raw<Question>();

  get question(): Question | undefined {
    return this.#question;
  }

  /** Undefined: the person would rather not. One question at a time. */
  readonly ask = async (needed: CallError): Promise<string | undefined> => {
    const by =
      needed.code === 'proof_needed'
        ? (needed.details['by'] as Question['by'])
        : needed.code === 'proof_wrong'
          ? 'code'
          : 'pin';
    const problem = needed.code === 'proof_needed' ? undefined : describe(needed);
    this.#question?.answer(undefined);
    return new Promise((resolve) => {
      const answer = (proof: string | undefined) => {
        this.#question = undefined;
        resolve(proof);
      };
      this.#question = { by, problem, answer };
    });
  };
}

export const proof = new ProofState();
