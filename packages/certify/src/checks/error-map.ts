import { type JsonSchemaObject, joinPointer, type Operation, type OutcomeClass } from "@mortise/contract";
import { classifyAnswer } from "@mortise/runtime";
import { defineCheck, type Finding } from "../check.ts";
import { resolvedSchema } from "../walk/resolved-schema.ts";

export const errorMap = defineCheck({
  id: "MC032",
  name: "error-map",
  severity: "certification",
  title: "Every kind of failure has its outcome: 401, 403, 404, 409, 422, 429, 5xx, and an error inside of a 200.",
  why: "The outcome decides whether a call is tried again, the connection paused, or the item put aside; a failure that counts as success loses data unseen.",
  reading:
    "Where a table is silent, the statuses of RFC 9110 hold, so an empty table covers them. What is found is a row that makes a failure a success or gives it to the wrong one to mend, and an output with a field for errors that no row looks at.",
  bad: { contract: { operations: { subscribe: { outcomes: [{ when: { status: "4xx" }, as: "success" }] } } } },
  good: { contract: { operations: { subscribe: { outcomes: [{ when: { status: 409 }, as: "success" }] } } } },
  run: ({ contract }) =>
    Object.entries(contract.operations).flatMap(([name, operation]) => {
      if (operation.request === undefined) return [];
      const at = joinPointer("operations", name, "outcomes");
      return [...statusFaults(operation, at), ...hiddenErrors(operation, resolvedSchema(operation.output, contract.schemas), at)];
    }),
});

/** What a status may come to, by what it means. */
const ALLOWED: readonly (readonly [status: number, as: readonly OutcomeClass[], meaning: string])[] = Object.freeze([
  [401, ["credential", "configuration", "rejected"], "the credential is refused"],
  [403, ["credential", "configuration", "rejected", "throttled", "notFound"], "it is not allowed"],
  [404, ["notFound", "rejected", "configuration", "success", "invalidInput"], "there is no such thing"],
  [409, ["conflict", "rejected", "success", "invalidInput", "transient", "throttled"], "it conflicts with what is there"],
  [422, ["invalidInput", "rejected", "conflict", "notFound"], "the input is refused"],
  [429, ["throttled", "transient"], "too many calls"],
  [500, ["transient", "rejected", "configuration", "invalidInput", "throttled", "notFound", "conflict"], "the vendor failed"],
  [503, ["transient", "throttled"], "the vendor is not there"],
]);

/** One finding a row, with every status that it gives to the wrong one to mend. */
function statusFaults({ outcomes, effect }: Operation, at: string): readonly Finding[] {
  const wrong = new Map<string, { readonly as: OutcomeClass; readonly statuses: string[] }>();
  for (const [status, allowed, meaning] of ALLOWED) {
    const { as, row } = classifyAnswer(outcomes, { status, headers: {}, body: null });
    if (allowed.includes(as) && !(status === 409 && as === "success" && effect === "read")) continue;
    const path = row === undefined ? at : `${at}/${row}`;
    const entry = wrong.get(path) ?? { as, statuses: [] };
    entry.statuses.push(`${status} (${meaning})`);
    wrong.set(path, entry);
  }
  return [...wrong].map(([path, { as, statuses }]) => ({
    code: "INVALID_VALUE",
    path,
    message: `makes "${as}" of ${statuses.join(", ")}; narrow the row, or name the outcome that fits`,
  }));
}

/** Keys of an answer that tell of a failure though its status does not. */
const TELLING: ReadonlySet<string> = new Set(["error", "errors", "ok", "success"]);

function hiddenErrors({ outcomes, request }: Operation, { properties = {} }: JsonSchemaObject, at: string): readonly Finding[] {
  if (request?.output !== undefined || outcomes.some(({ when }) => when.cel !== undefined)) return [];
  const key = Object.keys(properties).find((name) => TELLING.has(name.toLowerCase()) && tells(name, properties[name]));
  if (key === undefined) return [];
  const message = `no row looks at "${key}" of the answer, which may tell of a failure inside of a 200`;
  const fix = { title: `Add a row, such as {"when": {"status": "2xx", "cel": "…body.${key}…"}, "as": "rejected"}.` };
  return [{ code: "MISSING_KEY", path: at, message, fix }];
}

/** `ok` and `success` tell only where they are yes or no. */
function tells(name: string, schema: unknown): boolean {
  const type = typeof schema === "object" && schema !== null && "type" in schema ? schema.type : undefined;
  return name.toLowerCase().startsWith("error") || type === "boolean";
}
