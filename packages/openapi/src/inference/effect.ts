import type { Effect } from "@mortise/contract";
import { wordsOf } from "../operations/operation-name.ts";
import type { SourceOperation } from "../source/source-operation.ts";

/** What an operation does, and why a person should look at it. */
export interface FoundEffect {
  readonly effect: Effect;
  readonly review: string | undefined;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

const VERBS: readonly (readonly [Effect, ReadonlySet<string>])[] = [
  [
    "read",
    words(
      "get list search query find read fetch lookup count check validate preview describe scroll recommend discover retrieve show export download parse estimate calculate evaluate inspect explain render suggest simulate analyse analyze match resolve exists history info",
    ),
  ],
  ["send", words("send resend notify email sms message publish broadcast reply forward invite share post redeliver crosspost")],
  [
    "create",
    words(
      "create add new insert import upload register generate copy clone duplicate open make provision initiate fork follow watch tag build record subscribe schedule submit",
    ),
  ],
  [
    "delete",
    words(
      "delete remove revoke destroy unsubscribe purge clear discard erase drop prune trim unfollow unwatch void expire dismiss",
    ),
  ],
  [
    "update",
    words(
      "update set edit modify patch change rename move archive unarchive enable disable assign unassign approve deny accept reject restore replace upsert put mark lock unlock pin unpin kick leave join merge close reopen reset restrict transfer activate deactivate suspend unsuspend revise hide unhide resize connect disconnect convert complete end invalidate upgrade migrate apply adjust reassign unmerge sanitise",
    ),
  ],
  [
    "execute",
    words(
      "execute run rerun trigger invoke start stop cancel pause unpause resume process refresh sync rebuild retry capture confirm verify attach detach login logout authorize test restart kill wait ping pull push recover redo init commit finalize pay ask extract",
    ),
  ],
];

/** Ids that begin with the method say nothing by it. */
const METHODS = new Set(["post", "get", "put", "patch", "delete"]);

/** The effect by method (RFC 9110 §9.2.1), and where that leaves it open, by the words of the id and the path. */
export function effectOf({ method, operationId, path, summary, description }: SourceOperation): FoundEffect {
  if (method === "GET" || method === "HEAD" || method === "OPTIONS" || method === "TRACE") {
    const verb = verbOf(wordsOf(operationId ?? "").slice(0, 1)) ?? "read";
    const review =
      verb === "read" || operationId === undefined
        ? undefined
        : `Called ${operationId}, yet ${method} must change nothing. Confirm that it only reads.`;
    return { effect: "read", review };
  }
  if (method === "DELETE") return { effect: "delete", review: undefined };
  const all = wordsOf(operationId ?? "").map((word) => word.toLowerCase());
  const named = all.filter((word, index) => !(index === 0 && METHODS.has(word)));
  const said = verbOf(named);
  if (method === "PATCH" || method === "PUT")
    return { effect: said === "create" && method === "PUT" ? "create" : "update", review: undefined };
  const last = path.split(/[/:?#]/).findLast((part) => part !== "" && !part.includes("{")) ?? "";
  const byPath = verbOf(wordsOf(last).map((word) => word.toLowerCase()));
  const found = verbOf(firstWord(summary), true) ?? said ?? byPath ?? verbOf(firstWord(description), true);
  if (found === "read") return { effect: "read", review: "POST that seems to read. Confirm that it changes nothing." };
  if (found !== undefined) return { effect: found, review: undefined };
  return {
    effect: path.endsWith("}") ? "update" : "create",
    review: "Neither its id nor its path says what this POST does. Confirm the effect.",
  };
}

/** The first word of a sentence, without markup. */
const firstWord = (text: string | undefined): readonly string[] => wordsOf((text ?? "").replaceAll(/<[^>]*>/g, " ")).slice(0, 1);

/** The first word that is a verb decides; one that is as often a thing counts only at either end. */
function verbOf(found: readonly string[], isSentence = false): Effect | undefined {
  for (const [index, word] of found.entries()) {
    const lower = word.toLowerCase();
    if (index > 0 && index < found.length - 1 && NOUNS.has(lower)) continue;
    const forms = isSentence ? [lower, lower.replace(/s$/, ""), lower.replace(/es$/, "")] : [lower];
    const verb = VERBS.find(([, verbs]) => forms.some((form) => verbs.has(form)));
    if (verb !== undefined) return verb[0];
  }
  return undefined;
}

const NOUNS = words(
  "message email sms invite history info test run export import check list change download copy query process reply count lock pin show transfer schedule record match commit build tag",
);
