import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json, JsonObject } from "@mortise/contract";

/** One use of a transformer: what it is given, and how it is set. What comes out is computed. */
export interface TransformerExample {
  readonly rows: Json;
  readonly params: Json;
}

const STRIKES: readonly JsonObject[] = [
  { state: "LA", cost: 40, operator: "Delta" },
  { state: "NY", cost: 10, operator: "JetBlue" },
  { state: "LA", cost: 25, operator: "Delta" },
];

interface Case {
  readonly transformer: string;
  readonly from: Json;
  readonly params: Json;
}

/** The first case of each transformer that a test runs. */
function firstCases(): { readonly [name: string]: TransformerExample } {
  const path = join(import.meta.dirname, "../../../packages/builders/test/cases/transformers.json");
  const cases = JSON.parse(readFileSync(path, "utf8")) as readonly Case[];
  return Object.fromEntries(
    cases.toReversed().map(({ transformer, from, params }) => [transformer, { rows: from, params }] as const),
  );
}

/** An example of every transformer, by its name. */
export const TRANSFORMER_EXAMPLES: { readonly [name: string]: TransformerExample } = Object.freeze({
  ...firstCases(),
  pick: { rows: [{ id: 1, name: "Ada", internal: true }], params: { fields: ["name", "id"] } },
  omit: { rows: [{ id: 1, name: "Ada", internal: true }], params: { fields: ["internal"] } },
  rename: { rows: [{ "First Name": "Ada", id: 1 }], params: { fields: { "First Name": "firstName" } } },
  set: {
    rows: [{ price: 2.5, count: 4 }],
    params: { fields: { total: { $cel: "row.price * row.count" }, source: "shop" } },
  },
  cast: {
    rows: [{ zip: "00501", cost: "$1,234.50", seen: "2026-01-31" }],
    params: { fields: { cost: "number", seen: { to: "date", onFail: "null" } } },
  },
  date: {
    rows: [{ at: "1/31/26 9:30" }],
    params: { fields: { at: { from: "M/d/yy H:mm", to: "date-time", zone: "Europe/Berlin" } } },
  },
  template: {
    rows: [{ name: "Ada", count: 3 }],
    params: { text: "Dear ${row.name}, you have ${row.count} mails.", into: "text" },
  },
  split: { rows: [{ name: "Ada King Lovelace" }], params: { field: "name", by: " ", into: ["first", "rest"] } },
  join: {
    rows: [{ street: "Main St 1", city: "Holtsville" }],
    params: { fields: ["street", "city"], with: ", ", into: "address" },
  },
  filter: { rows: STRIKES, params: { where: { $cel: "row.cost > 20" } } },
  sort: {
    rows: STRIKES,
    params: {
      by: [
        { field: "state", order: "asc" },
        { field: "cost", order: "desc" },
      ],
    },
  },
  unique: { rows: STRIKES, params: { by: ["state"] } },
  limit: { rows: STRIKES, params: { count: 1, skip: 1 } },
  group: { rows: STRIKES, params: { by: ["state"], as: "strikes" } },
  aggregate: {
    rows: STRIKES,
    params: { by: ["state"], compute: { strikes: { function: "count" }, cost: { function: "sum", field: "cost" } } },
  },
  lookup: {
    rows: [{ airport: "SFO" }, { airport: "XXX" }],
    params: { in: [{ code: "SFO", city: "San Francisco" }], field: "airport", key: "code", into: "found" },
  },
});
