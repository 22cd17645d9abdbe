import type { Problem } from "../protocol.d.ts";
import { BankError, SessionExpired } from "../session/bank.ts";
import { say } from "../words/say.ts";

/** Runs a call; where it fails, `onFailure` is told in words. */
export type Guarded = <T>(work: () => Promise<T>, onFailure: (problem: Problem) => void) => Promise<T | null>;

/** An expired session leads to the sign-in page (`expire`); another failure is shown where `onFailure` puts it. */
export const guardedBy =
  (expire: () => void): Guarded =>
  async (work, onFailure) => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof SessionExpired) expire();
      else if (error instanceof BankError) onFailure({ code: error.code, message: error.message });
      else onFailure({ code: "page", message: say("problem.unexpected") });
      return null;
    }
  };
