import type { ErrorCode, Json } from "@mortise/contract";
import type { Capability } from "../../src/index.ts";

/** What became of an attack. */
export type Outcome = { readonly value: Json } | { readonly code: string; readonly message: string };

/** Code that tries something, and the only outcome that is no escape. */
export interface Attack {
  readonly name: string;
  /** Defines `f(input)`. */
  readonly source: string;
  readonly input?: Json;
  readonly secrets?: readonly string[];
  /** Absent: all. */
  readonly capabilities?: readonly Capability[];
  /** The code is an operation's: it has a context and may ask. Absent: false. */
  readonly asks?: boolean;
  /** Exactly this is returned, or it is rejected with one of these codes and such a message. */
  readonly contained: { readonly value: Json } | { readonly code: readonly ErrorCode[]; readonly message?: RegExp };
}

export const NOW_MS = 1_700_000_000_000;

/** Whether an attack got out of what should hold it. */
export function escaped({ contained }: Attack, outcome: Outcome): boolean {
  if ("value" in contained) return !("value" in outcome) || !same(outcome.value, contained.value);
  if ("value" in outcome) return true;
  const said = contained.message?.test(outcome.message) ?? true;
  return !said || outcome.message.length > 700 || !contained.code.some((code) => code === outcome.code);
}

const same = (one: Json, other: Json): boolean => JSON.stringify(one) === JSON.stringify(other);

/** A function `f` with this body. */
export const f = (body: string): string => `function f(input) {\n${body}\n}`;
