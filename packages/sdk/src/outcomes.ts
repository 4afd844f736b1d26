import type { OutcomeClass, OutcomeRule, StatusMatch } from "@mortise/contract";

/** What a rule looks at: a status, a status class, several of them, a native error's code, or CEL over `status`, `headers`, `body`. */
export type OutcomeMatch = StatusMatch | readonly StatusMatch[] | OutcomeRule["when"];

/** The message of an outcome: fixed, or taken from the body at a JSON pointer, with `message` as what to say where nothing is there. */
export type OutcomeMessage = string | { readonly message?: string; readonly path?: string };

/** Turns a match into a rule of the class that the method is named after. */
export type OutcomeBuilder = { readonly [Class in OutcomeClass]: (message?: OutcomeMessage) => OutcomeRule };

/**
 * Starts a row of an outcome table: `on(409).conflict("A contact with this e-mail exists")`, `on({ code: "23505" }).conflict()`.
 * Rows are tried in order, before the defaults of the runtime.
 */
export function on(match: OutcomeMatch): OutcomeBuilder {
  const when = toCondition(match);
  const rule =
    (as: OutcomeClass) =>
    (message?: OutcomeMessage): OutcomeRule =>
      Object.freeze({ when, as, ...toMessage(message) });
  return Object.freeze({
    success: rule("success"),
    invalidInput: rule("invalidInput"),
    notFound: rule("notFound"),
    conflict: rule("conflict"),
    rejected: rule("rejected"),
    throttled: rule("throttled"),
    transient: rule("transient"),
    credential: rule("credential"),
    configuration: rule("configuration"),
  });
}

function toCondition(match: OutcomeMatch): OutcomeRule["when"] {
  if (typeof match === "number" || typeof match === "string") return { status: match };
  return isList(match) ? { status: match } : match;
}

function isList(match: OutcomeMatch): match is readonly StatusMatch[] {
  return Array.isArray(match);
}

function toMessage(message: OutcomeMessage | undefined): Pick<OutcomeRule, "message" | "messageFrom"> {
  if (typeof message === "string") return { message };
  return {
    ...(message?.message === undefined ? {} : { message: message.message }),
    ...(message?.path === undefined ? {} : { messageFrom: message.path }),
  };
}
