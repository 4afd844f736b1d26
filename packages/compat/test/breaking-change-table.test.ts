// Pins that a breaking change is called minor, or a harmless one major: every pair is compared both ways, each with its own level.
import {
  type AuthScheme,
  CONTRACT_SCHEMA,
  type Contract,
  type JsonSchema,
  type Operation,
  type Trigger,
} from "@mortise/contract";
import { describe, expect, it } from "vitest";
import { compareContracts } from "../src/index.ts";
import { OAUTH_CHANGES, oauth, SCHEME_CHANGES } from "./auth-changes.ts";
import { contract, object, operation, trigger, withInput, withOutput } from "./contracts.ts";
import { INPUT_FIELD_CHANGES, OUTPUT_FIELD_CHANGES, type Row, type Verdict } from "./field-changes.ts";

const text: JsonSchema = { type: "string" };
const wrapper: JsonSchema = object({ part: { $ref: "#/schemas/Part" } });

const get = (over: Parameters<typeof operation>[0]): Contract => contract({ operations: { get: operation(over) } });
const on = (over: Parameters<typeof trigger>[0]): Contract => contract({ triggers: { fresh: trigger(over) } });
const node = (value: JsonSchema): Contract =>
  contract({
    schemas: { Node: object({ value, next: { $ref: "#/schemas/Node" } }) },
    operations: { get: operation({ input: { $ref: "#/schemas/Node" }, output: { type: "object" } }) },
  });
const shared = (field: JsonSchema): Contract =>
  contract({
    schemas: { Item: object({ field }) },
    operations: { get: operation({ output: { type: "array", items: { $ref: "#/schemas/Item" } } }) },
  });

const OPERATION_CHANGES: readonly Row<Partial<Operation>>[] = [
  ["operation retired", {}, { lifecycle: { stage: "retired" } }, "major operation-retired", "minor lifecycle-raised"],
  ["operation deprecated", {}, { deprecated: "Use find." }, "minor operation-deprecated", "minor lifecycle-raised"],
  ["stage lowered", {}, { lifecycle: { stage: "beta" } }, "minor lifecycle-lowered", "minor lifecycle-raised"],
  ["input field renamed", { input: object({ a: text }) }, { input: object({ b: text }) }, "major input-field-removed"],
  [
    "input closed",
    { input: { type: "object" } },
    { input: { type: "object", additionalProperties: false } },
    "major input-fields-closed",
    "minor input-fields-opened",
  ],
  ["output field renamed", { output: object({ a: text }) }, { output: object({ b: text }) }, "major output-field-removed"],
  [
    "output as a whole list to single",
    { output: { type: "array", items: object({ a: text }) } },
    { output: object({ a: text }) },
    "major output-shape-changed",
  ],
  ["effect", {}, { effect: "update" }, "major effect-raised", "minor effect-lowered"],
  ["effect of the same weight", { effect: "send" }, { effect: "execute" }, "major effect-raised"],
  [
    "idempotency",
    { idempotency: { key: "header", name: "K" } },
    { idempotency: "none" },
    "major idempotency-weakened",
    "minor idempotency-strengthened",
  ],
  [
    "idempotency window",
    { idempotency: { key: "header", name: "K", windowMs: 9 } },
    { idempotency: { key: "header", name: "K", windowMs: 5 } },
    "major idempotency-weakened",
    "minor idempotency-strengthened",
  ],
  ["undoing", { compensate: { operation: "undo", with: {} } }, {}, "major reversibility-lost", "minor reversibility-added"],
  ["scope", {}, { scopes: ["contacts.write"] }, "major scope-added", "minor scope-removed"],
  ["identity", { identity: ["/id"] }, { identity: ["/uuid"] }, "major identity-changed"],
  ["identity named", {}, { identity: ["/id"] }, "minor identity-added", "major identity-changed"],
  [
    "sort order",
    { incremental: { cursor: "/at", as: "date-time", ascending: true } },
    { incremental: { cursor: "/at", as: "date-time" } },
    "major order-changed",
    "minor order-promised",
  ],
  [
    "cursor",
    { incremental: { cursor: "/at", as: "date-time" } },
    { incremental: { cursor: "/id", as: "number" } },
    "major cursor-changed",
  ],
  ["stream", { stream: { items: "/rows", resume: "none" } }, {}, "major stream-removed", "minor stream-added"],
  [
    "page size",
    { pagination: { kind: "page", param: "p", size: 50 } },
    { pagination: { kind: "page", param: "p", size: 20 } },
    "major page-size-changed",
  ],
  [
    "page bound",
    { pagination: { kind: "link" } },
    { pagination: { kind: "link", maxPages: 5 } },
    "major page-bound-lowered",
    "minor page-bound-raised",
  ],
  [
    "search or create",
    { searchOrCreate: { search: { operation: "a", with: {}, item: null }, create: { operation: "b", with: {} } } },
    {},
    "major search-or-create-removed",
    "patch other-changed",
  ],
  ["native code", {}, { native: { reason: "a driver", uses: ["network"] } }, "major body-kind-raised", "minor body-kind-lowered"],
  [
    "base URL",
    { request: { method: "GET", url: "https://a.example/x" } },
    { request: { method: "GET", url: "https://b.example/x" } },
    "major base-url-changed",
  ],
  ["path of the URL", {}, { request: { method: "GET", url: "/v2/contacts" } }, "patch other-changed"],
];

const TRIGGER_CHANGES: readonly Row<Partial<Trigger>>[] = [
  [
    "trigger kind",
    {},
    { kind: "webhook", manual: "Paste the address.", signature: { none: "the vendor signs nothing" } },
    "major trigger-kind-changed",
  ],
  ["trigger source", {}, { source: { operation: "other", with: {} } }, "major trigger-source-changed"],
  ["dedupe identity of a poller", {}, { identity: ["/email"] }, "major identity-changed"],
  [
    "event field removed",
    { output: object({ a: text, b: text }) },
    { output: object({ a: text }) },
    "major output-field-removed",
    "minor output-field-added",
  ],
];

const BUDGET_CHANGES: readonly Row<Contract["budgets"][string]>[] = [
  [
    "rate",
    { rate: 100, per: "1m", scope: "connection" },
    { rate: 1, per: "1s", scope: "connection" },
    "major budget-tightened",
    "minor budget-loosened",
  ],
  [
    "rate said in another way",
    { rate: 60, per: "1m", scope: "connection" },
    { rate: 1, per: "1s", scope: "connection" },
    "patch other-changed",
  ],
  [
    "calls at once",
    { scope: "connection" },
    { concurrency: 2, scope: "connection" },
    "major budget-tightened",
    "minor budget-loosened",
  ],
  [
    "who shares a budget",
    { rate: 1, per: "1s", scope: "connection" },
    { rate: 1, per: "1s", scope: "connector" },
    "major budget-tightened",
    "minor budget-loosened",
  ],
];

const CONTRACT_CHANGES: readonly Row<Partial<Contract>>[] = [
  ["operation removed", {}, { operations: {} }, "major operation-removed", "minor operation-added"],
  ["operation renamed", {}, { operations: { fetch: operation() } }, "major operation-removed"],
  ["host", {}, { hosts: ["api.acme.example", "cdn.acme.example"] }, "major host-added", "minor host-removed"],
  [
    "auth scheme",
    { auth: { key: { kind: "bearer" }, login: { kind: "basic" } } },
    { auth: { key: { kind: "bearer" } } },
    "major auth-scheme-removed",
    "minor auth-scheme-added",
  ],
  ["auth needed", {}, { auth: { key: { kind: "bearer" } } }, "major auth-needed", "major auth-scheme-removed"],
  ["auth kind", { auth: { key: { kind: "bearer" } } }, { auth: { key: { kind: "basic" } } }, "major auth-kind-changed"],
  [
    "auth field key",
    { auth: { key: { kind: "apiKey", in: "header", name: "K", field: "a" } } },
    { auth: { key: { kind: "apiKey", in: "header", name: "K", field: "b" } } },
    "major credential-field-removed",
  ],
  [
    "required auth field",
    { auth: { key: { kind: "fields", fields: object({ a: text }) } } },
    { auth: { key: { kind: "fields", fields: object({ a: text, b: text }, ["b"]) } } },
    "major credential-field-added-required",
    "minor credential-field-removed",
  ],
  [
    "where a key is sent",
    { auth: { key: { kind: "apiKey", in: "header", name: "K" } } },
    { auth: { key: { kind: "apiKey", in: "query", name: "K" } } },
    "minor auth-sending-changed",
  ],
  [
    "setting required",
    { settings: object({ a: text }) },
    { settings: object({ a: text }, ["a"]) },
    "major setting-field-required",
    "minor setting-field-optional",
  ],
  ["setting added", {}, { settings: object({ a: text }) }, "minor setting-field-added", "major setting-field-removed"],
  ["interface", { interfaces: ["messaging@1"] }, {}, "major interface-removed", "minor interface-added"],
  ["title", {}, { title: "Acme 2" }, "patch other-changed"],
  ["nothing", {}, {}, "none"],
];

/** Changes of more than one part. */
const OTHER_CHANGES: readonly Row<Contract>[] = [
  ["trigger removed", on({}), contract(), "major trigger-removed", "minor trigger-added"],
  [
    "optional input field",
    withInput(text),
    get({ input: object({ field: text, more: text }) }),
    "minor input-field-added",
    "major input-field-removed",
  ],
  [
    "required input field",
    withInput(text),
    get({ input: object({ field: text, more: text }, ["more"]) }),
    "major input-field-added-required",
    "major input-field-removed",
  ],
  [
    "required input field with a default",
    withInput(text),
    get({ input: object({ field: text, more: { type: "string", default: "a" } }, ["more"]) }),
    "minor input-field-added",
    "major input-field-removed",
  ],
  [
    "input optional to required",
    withInput(text),
    withInput(text, ["field"]),
    "major input-field-required",
    "minor input-field-optional",
  ],
  [
    "input optional to required with its default",
    withInput({ type: "string", default: "a" }),
    withInput({ type: "string", default: "a" }, ["field"]),
    "minor input-field-defaulted",
    "minor input-field-optional",
  ],
  ["input behind a condition", behind(text), behind({ type: "integer" }), "major input-condition-changed"],
  ["output behind a schema that both versions share", around(text), around({ type: "integer" }), "major output-type-changed"],
  ["input circular", node(text), node({ type: "integer" }), "major input-type-changed"],
  [
    "input circular, harmless",
    node(text),
    node({ type: ["string", "null"] }),
    "minor input-null-added",
    "major input-null-removed",
  ],
  ["output field", withOutput(text), get({ output: object({}) }), "major output-field-removed", "minor output-field-added"],
  [
    "output always there to maybe",
    withOutput(text, ["field"]),
    withOutput(text),
    "major output-field-optional",
    "minor output-field-required",
  ],
  ["output shared schema", shared(text), shared({ type: "integer" }), "major output-type-changed"],
  [
    "output shared schema, more",
    shared({ type: "string", maxLength: 5 }),
    shared({ type: "string", maxLength: 3 }),
    "minor output-bound-tightened",
    "major output-bound-loosened",
  ],
];

/** An output through a shared schema that is the same object in every contract, to one that differs. */
function around(part: JsonSchema): Contract {
  return contract({
    schemas: { Wrapper: wrapper, Part: part },
    operations: { get: operation({ output: object({ item: { $ref: "#/schemas/Wrapper" } }) }) },
  });
}

/** An input whose condition refers to a shared schema, and to one that is not there. */
function behind(part: JsonSchema): Contract {
  const input: JsonSchema = {
    ...object({ a: text }),
    propertyNames: { $ref: "#/schemas/Part" },
    not: { $ref: "#/schemas/Ghost" },
  };
  return contract({ schemas: { Part: part }, operations: { get: operation({ input }) } });
}

function budget(limits: Contract["budgets"][string]): Contract {
  return contract({ budgets: { api: limits }, operations: { get: operation({ budget: "api" }) } });
}

/** With a setting that may be told. */
const signedIn = (scheme: AuthScheme): Contract => contract({ settings: object({ site: text }), auth: { account: scheme } });

type Pair = readonly [what: string, before: Contract, after: Contract, there: Verdict, back: Verdict];

function each<Side>(rows: readonly Row<Side>[], make: (side: Side) => Contract, of = ""): readonly Pair[] {
  return rows.map(([what, before, after, there, back]) => [of + what, make(before), make(after), there, back ?? there]);
}

const ROWS: readonly Pair[] = [
  ...each(INPUT_FIELD_CHANGES, withInput, "input "),
  ...each(OUTPUT_FIELD_CHANGES, withOutput, "output "),
  ...each(OPERATION_CHANGES, get),
  ...each(TRIGGER_CHANGES, on),
  ...each(BUDGET_CHANGES, budget),
  ...each(CONTRACT_CHANGES, contract),
  ...each(OTHER_CHANGES, (made) => made),
  ...each(OAUTH_CHANGES, (over) => signedIn(oauth(over)), "OAuth 2.0 "),
  ...each(SCHEME_CHANGES, signedIn, "auth scheme: "),
];

function verdictOf(before: Contract, after: Contract, expected: Verdict): void {
  const [level, id] = expected.split(" ");
  const { requiredBump, changes } = compareContracts(before, after);
  expect([requiredBump, changes.map((change) => change.id)]).toEqual([
    level,
    id === undefined ? [] : expect.arrayContaining([id]),
  ]);
}

describe("the breaking-change table", () => {
  it("has at least 60 pairs", () => {
    expect(ROWS.length).toBeGreaterThanOrEqual(60);
  });

  it("has a row for every key of OAuth 2.0", () => {
    const known = CONTRACT_SCHEMA.properties.auth.additionalProperties.oneOf.find(({ properties }) => "grant" in properties);
    const common = ["kind", "title", "test", "help", "requires", "revoke", "also", "postConnect", "preDelete", "label"];
    const keys = Object.keys(known?.properties ?? {}).filter((key) => !common.includes(key));
    expect(keys.length).toBeGreaterThan(40);
    expect(keys.filter((key) => !OAUTH_CHANGES.some(([what]) => what === key || what.startsWith(`${key},`)))).toEqual([]);
  });

  it.each(ROWS)("calls %s what it is, both ways", (_, before, after, there, back) => {
    verdictOf(before, after, there);
    verdictOf(after, before, back);
  });
});
