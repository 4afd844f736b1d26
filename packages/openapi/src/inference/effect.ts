import type { Effect } from "@mortise/contract";
import { wordsOf } from "../operations/operation-name.ts";
import type { SourceOperation } from "../source/source-operation.ts";

/** What an operation does, and why a person should look at it. */
export interface FoundEffect {
  readonly effect: Effect;
  readonly review: string | undefined;
}

const VERBS: readonly (readonly [Effect, ReadonlySet<string>])[] = [
  [
    "read",
    new Set(
      "get list search query find read fetch lookup count check validate preview verify describe scroll recommend discover retrieve show export download parse estimate calculate evaluate inspect explain render suggest simulate exists history info".split(
        " ",
      ),
    ),
  ],
  ["send", new Set("send notify email sms message publish broadcast reply forward invite share post".split(" "))],
  [
    "create",
    new Set("create add new insert import upload register generate copy clone duplicate open make provision initiate".split(" ")),
  ],
  ["delete", new Set("delete remove revoke destroy unsubscribe purge clear discard erase drop".split(" "))],
  [
    "update",
    new Set(
      "update set edit modify patch change rename move archive unarchive enable disable assign unassign approve deny restore replace upsert put mark lock unlock pin unpin kick leave join merge close reopen reset restrict transfer".split(
        " ",
      ),
    ),
  ],
  [
    "execute",
    new Set(
      "execute run trigger invoke start stop cancel pause resume process refresh sync rebuild retry capture confirm attach detach login logout authorize test restart kill wait".split(
        " ",
      ),
    ),
  ],
];

/** Ids that begin with the method say nothing by it. */
const METHODS = new Set(["post", "get", "put", "patch", "delete"]);

/** The effect by method (RFC 9110 §9.2.1), and where that leaves it open, by the words of the id and the path. */
export function effectOf({ method, operationId, path, summary }: SourceOperation): FoundEffect {
  if (method === "GET" || method === "HEAD" || method === "OPTIONS" || method === "TRACE") {
    const verb = verbOf(wordsOf(operationId ?? "").slice(0, 1)) ?? "read";
    const review =
      verb === "read" || operationId === undefined
        ? undefined
        : `Called ${operationId}, yet ${method} must change nothing. Confirm that it only reads.`;
    return { effect: "read", review };
  }
  if (method === "DELETE") return { effect: "delete", review: undefined };
  const words = wordsOf(operationId ?? "").map((word) => word.toLowerCase());
  const named = words.filter((word, index) => !(index === 0 && METHODS.has(word)));
  const said = verbOf(named);
  if (method === "PATCH" || method === "PUT")
    return { effect: said === "create" && method === "PUT" ? "create" : "update", review: undefined };
  const last = path.split(/[/:?#]/).findLast((part) => part !== "" && !part.includes("{")) ?? "";
  const byPath = verbOf(wordsOf(last).map((word) => word.toLowerCase()));
  const bySummary = verbOf(
    wordsOf(summary ?? "")
      .slice(0, 1)
      .map((word) => word.toLowerCase()),
  );
  const found = bySummary ?? said ?? byPath;
  if (found === "read") return { effect: "read", review: "POST that seems to read. Confirm that it changes nothing." };
  if (found !== undefined) return { effect: found, review: undefined };
  return {
    effect: path.endsWith("}") ? "update" : "create",
    review: "Neither its id nor its path says what this POST does. Confirm the effect.",
  };
}

/** The first word that is a verb decides; one that is as often a thing counts only where it stands first. */
function verbOf(words: readonly string[]): Effect | undefined {
  for (const [index, word] of words.entries()) {
    const lower = word.toLowerCase();
    if (PLURALS.has(lower) || (index > 0 && NOUNS.has(lower))) continue;
    const found = VERBS.find(([, verbs]) => verbs.has(lower) || (lower.endsWith("s") && verbs.has(lower.slice(0, -1))));
    if (found !== undefined) return found[0];
  }
  return undefined;
}

const NOUNS = new Set(
  "message email sms share history info test run export import check list invite set change upload download copy query process reply count mark lock pin make show restore".split(
    " ",
  ),
);
const PLURALS = new Set(
  "messages emails posts shares tests runs exports imports checks lists invites sets changes uploads downloads counts replies queries puts marks locks pins shows clones forwards".split(
    " ",
  ),
);
