import { isObject } from "../model/loose.ts";
import type { WaitAnswer } from "../ports/wait-store.ts";

/** One person's vote. */
export interface Vote {
  readonly by: string;
  readonly approved: boolean;
  readonly reason?: string;
  readonly at: string;
}

/** The rules of an approval. */
export interface ApprovalRules {
  /** Consents that are needed. */
  readonly needed: number;
  /** One refusal is enough. */
  readonly veto: boolean;
  /** How many may vote at most; absent: not known, as roles have any number of people. */
  readonly voters?: number;
}

/** The votes among the answers, in their order; what is no vote, and a second vote of one person, does not count. */
export function votesOf(answers: readonly WaitAnswer[]): readonly Vote[] {
  const seen = new Set<string>();
  return answers.flatMap(({ by = "somebody", atMs, payload }) => {
    if (!isObject(payload) || typeof payload.approved !== "boolean" || seen.has(by)) return [];
    seen.add(by);
    const reason = typeof payload.reason === "string" ? { reason: payload.reason } : {};
    return [{ by, approved: payload.approved, ...reason, at: new Date(atMs).toISOString() }];
  });
}

/**
 * Counts votes in their order until they decide: as many consents as are needed approve; a veto, or so many refusals that the consents
 * cannot be reached any more, reject. Undefined: not decided. What comes after the decision does not count.
 */
export function decide(
  votes: readonly Vote[],
  { needed, veto, voters }: ApprovalRules,
): { readonly approved: boolean; readonly votes: readonly Vote[] } | undefined {
  let consents = 0;
  let refusals = 0;
  for (const [index, { approved }] of votes.entries()) {
    if (approved) consents++;
    else refusals++;
    const counted = votes.slice(0, index + 1);
    if (consents >= needed) return { approved: true, votes: counted };
    const hopeless = voters !== undefined ? refusals > voters - needed : refusals >= needed;
    if (refusals > 0 && (veto || hopeless)) return { approved: false, votes: counted };
  }
  return undefined;
}
