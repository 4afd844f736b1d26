import { MortiseError } from "@mortise/contract";

/** The answer is not what the contract's decoder reads. */
export function malformed(what: string, reason: string): MortiseError {
  return new MortiseError("INVALID_OUTPUT", `The answer is no ${what}: ${reason}`);
}

/** The answer is larger than one may be, unpacked. */
export function tooLarge(limit: number): MortiseError {
  return new MortiseError("LIMIT_EXCEEDED", `The answer is larger than ${limit / 1024 / 1024} MB when it is unpacked.`, {
    remedy: "Ask for less at once, for example by pages.",
  });
}
