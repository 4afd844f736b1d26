import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "@mortise/contract";

/** One use of a rule: the rows that it checks, and its parameters. What it keeps and rejects is computed. */
export interface RuleExample {
  readonly rows: readonly JsonObject[];
  readonly params: JsonObject;
}

interface Case {
  readonly rule: JsonObject & { readonly rule: string };
  readonly rows: readonly JsonObject[];
}

/** The first case of each rule that a test runs. */
function firstCases(): { readonly [name: string]: RuleExample } {
  const path = join(import.meta.dirname, "../../../packages/builders/test/cases/rules.json");
  const cases = JSON.parse(readFileSync(path, "utf8")) as readonly Case[];
  const examples = cases.toReversed().map(({ rule: { rule, ...params }, rows }) => [rule, { rows, params }] as const);
  return Object.fromEntries(examples);
}

/** An example of every rule, by its name. */
export const RULE_EXAMPLES: { readonly [name: string]: RuleExample } = Object.freeze({
  ...firstCases(),
  required: { rows: [{ email: "ada@example.com" }, { email: " " }], params: { field: "email" } },
  type: { rows: [{ amount: "12.5" }, { amount: "a dozen" }], params: { field: "amount", type: "number" } },
  range: {
    rows: [{ speed: 120 }, { speed: 500 }, { speed: null }],
    params: { field: "speed", min: 30, max: 400, optional: true },
  },
  length: { rows: [{ code: "SFO" }, { code: "SFO1" }], params: { field: "code", min: 3, max: 3 } },
  pattern: { rows: [{ zip: "00501" }, { zip: "501" }], params: { field: "zip", pattern: "^[0-9]{5}$" } },
  format: { rows: [{ email: "ada@example.com" }, { email: "ada at example" }], params: { field: "email", format: "email" } },
  dateRange: {
    rows: [{ date: "1/8/90 0:00" }, { date: "1/8/89 0:00" }],
    params: { field: "date", min: "1990-01-01", format: "M/d/yy H:mm" },
  },
  oneOf: { rows: [{ size: "small" }, { size: "huge" }], params: { field: "size", values: ["Small", "Large"], ignoreCase: true } },
  reference: {
    rows: [{ state: "NY" }, { state: "ZZ" }],
    params: { field: "state", in: [{ code: "NY" }, { code: "LA" }], key: "code" },
  },
  unique: { rows: [{ id: 1 }, { id: 2 }, { id: 1 }], params: { field: "id" } },
  compare: {
    rows: [
      { total: 12, parts: 10, labour: 2 },
      { total: 15, parts: 10, labour: 2 },
    ],
    params: { field: "total", to: ["parts", "labour"] },
  },
  expression: {
    rows: [
      { from: 1, to: 2 },
      { from: 3, to: 2 },
    ],
    params: { where: { $cel: "row.from < row.to" } },
  },
});
