import type { GuestError } from "./guest-call.ts";

/** What an error says besides its words. It is the guest's to make up: whoever made the call looks at what it knows itself. */
export function readFacts(facts: unknown): Pick<GuestError, "question" | "as" | "retryAfterMs"> {
  if (typeof facts !== "object" || facts === null) return {};
  const { question, as, retryAfterMs } = facts as { readonly [name: string]: unknown };
  return {
    ...(Number.isSafeInteger(question) ? { question: question as number } : {}),
    ...(typeof as === "string" && as.length <= 40 ? { as } : {}),
    ...(typeof retryAfterMs === "number" && retryAfterMs >= 0 && Number.isFinite(retryAfterMs) ? { retryAfterMs } : {}),
  };
}
