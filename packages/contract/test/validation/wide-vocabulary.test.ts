// Pins: a part of the wider vocabulary that refers to nothing, contradicts itself or cannot be read, and loads.
import { describe, expect, it } from "vitest";
import { checkContract } from "../../src/validation/index.ts";
import { soundContract } from "../sound-contract.ts";

type Branch = { [key: string]: unknown };

/** The sound contract with parts put over its own, two levels deep. */
function withParts(parts: Branch): unknown {
  const contract = soundContract() as unknown as { [key: string]: Branch };
  for (const [key, value] of Object.entries(parts)) {
    if (key !== "operations") contract[key] = value as Branch;
    else
      for (const [name, operation] of Object.entries(value as Branch))
        contract.operations = {
          ...contract.operations,
          [name]: { ...(contract.operations?.[name] as Branch), ...(operation as Branch) },
        };
  }
  return contract;
}

const listing = {
  title: "List",
  effect: "read",
  idempotency: "natural",
  scopes: [],
  input: { type: "object", properties: { ids: { type: "array", items: { type: "string" } }, name: { type: "string" } } },
  output: {
    type: "object",
    properties: {
      rows: { type: "array", items: { type: "object", properties: { id: { type: "string" }, at: { type: "string" } } } },
    },
  },
  identity: ["/id"],
  request: { method: "GET", url: "/things/{id}", path: { id: "1" } },
  outcomes: [],
  stream: { items: "/rows", resume: "none" },
  examples: [{ input: {} }],
};
const listingWith = (parts: Branch): Branch => ({ operations: { listThings: { ...listing, ...parts } } });
const at = "/operations/listThings";
const poll = (parts: Branch): Branch => ({
  ...listingWith({}),
  triggers: {
    newThing: {
      kind: "poll",
      title: "New thing",
      scopes: [],
      input: { type: "object" },
      output: { type: "object", properties: { id: { type: "string" } } },
      identity: ["/id"],
      source: { operation: "listThings", with: {} },
      firstRun: "skip",
      examples: [],
      ...parts,
    },
  },
});

describe("the wider vocabulary", () => {
  it.each<[string, Branch]>([
    ["a listing", listingWith({})],
    ["a poll trigger", poll({})],
    [
      "holes in the text of a URL with expressions",
      listingWith({
        request: { method: "GET", url: { $text: "${settings.baseUrl}/a/{id}/${{'x': {'y': 'z'}}.x.y}" }, path: { id: "1" } },
      }),
    ],
    [
      "shared schemas",
      {
        schemas: { Row: { type: "object", properties: { next: { $ref: "#/schemas/Row" } } } },
        ...listingWith({ output: { $ref: "#/schemas/Row" }, stream: undefined, identity: [] }),
      },
    ],
  ])("accepts %s", (_, parts) => {
    const faults = checkContract(JSON.parse(JSON.stringify(withParts(parts)))).filter(({ severity }) => severity === "error");
    expect(faults).toEqual([]);
  });

  it.each<[rule: string, parts: Branch, code: string, path: string]>([
    [
      "a hole of the URL without a value",
      listingWith({ request: { method: "GET", url: "/a/{id}/{no}", path: { id: "1" } } }),
      "MISSING_KEY",
      `${at}/request/path/no`,
    ],
    [
      "a value without a hole",
      listingWith({ request: { method: "GET", url: "/a/{id}", path: { id: "1", other: "2" } } }),
      "UNKNOWN_REFERENCE",
      `${at}/request/path/other`,
    ],
    [
      "path values of a computed URL",
      listingWith({ request: { method: "GET", url: { $cel: "input.name" }, path: { id: "1" } } }),
      "INVALID_VALUE",
      `${at}/request/path`,
    ],
    [
      "an unknown style",
      listingWith({ request: { method: "GET", url: "/a", styles: { query: { a: { style: "deep" } } } } }),
      "INVALID_VALUE",
      `${at}/request/styles/query/a/style`,
    ],
    [
      "a style of another place",
      listingWith({ request: { method: "GET", url: "/a", styles: { headers: { a: { style: "deepObject" } } } } }),
      "INVALID_VALUE",
      `${at}/request/styles/headers/a/style`,
    ],
    [
      "a decoder behind one that gives data",
      listingWith({ request: { method: "GET", url: "/a", decode: ["gzip", { csv: {} }, "json"] } }),
      "INVALID_VALUE",
      `${at}/request/decode/1`,
    ],
    [
      "an unknown decoder",
      listingWith({ request: { method: "GET", url: "/a", decode: ["gzip", "cvs"] } }),
      "INVALID_VALUE",
      `${at}/request/decode/1`,
    ],
    [
      "an XML body without a root",
      listingWith({ effect: "create", idempotency: "none", request: { method: "POST", url: "/a", body: {}, bodyType: "xml" } }),
      "MISSING_KEY",
      `${at}/request/xml`,
    ],
    [
      "a content type without a body",
      listingWith({ request: { method: "GET", url: "/a", contentType: "text/xml" } }),
      "INVALID_VALUE",
      `${at}/request/contentType`,
    ],
    [
      "a misspelt way to compute a cookie",
      listingWith({ request: { method: "GET", url: "/a", cookies: { a: { $cell: "1" } } } }),
      "UNKNOWN_KEY",
      `${at}/request/cookies/a/$cell`,
    ],
    ["an auth scheme that is not there", listingWith({ auth: ["tokens"] }), "UNKNOWN_REFERENCE", `${at}/auth/0`],
    [
      "a replacement that is not there",
      listingWith({ lifecycle: { stage: "deprecated", replacement: "listThing" } }),
      "UNKNOWN_REFERENCE",
      `${at}/lifecycle/replacement`,
    ],
    [
      "a job that polls nothing",
      listingWith({ wait: { poll: { operation: "state", with: {} }, done: "true", every: "1s", timeout: "1m" } }),
      "UNKNOWN_REFERENCE",
      `${at}/wait/poll/operation`,
    ],
    [
      "a job that polls with a write",
      listingWith({ wait: { poll: { operation: "deleteContact", with: {} }, done: "true", every: "1s", timeout: "1m" } }),
      "UNSAFE_CONTRACT",
      `${at}/wait/poll/operation`,
    ],
    [
      "a wait that cannot be read",
      listingWith({ wait: { poll: { operation: "whoami", with: {} }, done: "true", every: "soon", timeout: "1m" } }),
      "INVALID_VALUE",
      `${at}/wait/every`,
    ],
    [
      "a window without its end",
      listingWith({
        incremental: { cursor: "/at", as: "date-time", param: "since", window: "1d", start: "2026-01-01T00:00:00Z" },
      }),
      "MISSING_KEY",
      `${at}/incremental/until`,
    ],
    [
      "a cursor that is not in the items",
      listingWith({ incremental: { cursor: "/changed", as: "date-time" } }),
      "UNKNOWN_REFERENCE",
      `${at}/incremental/cursor`,
    ],
    [
      "a batch of something else than a list",
      listingWith({ batch: { input: "/name", max: 10 } }),
      "WRONG_TYPE",
      `${at}/batch/input`,
    ],
    [
      "a parent that is not there",
      listingWith({ partition: { parent: { operation: "listParents", with: {} } } }),
      "UNKNOWN_REFERENCE",
      `${at}/partition/parent/operation`,
    ],
    [
      "a partition of two kinds",
      listingWith({ partition: { over: [], parent: { operation: "whoami", with: {} } } }),
      "INVALID_VALUE",
      `${at}/partition`,
    ],
    [
      "a reset from nowhere",
      { budgets: { api: { rate: 1, per: "1s", scope: "connection", reset: { as: "delta_s" } } } },
      "INVALID_VALUE",
      "/budgets/api/reset",
    ],
    [
      "a reset from two places",
      { budgets: { api: { rate: 1, per: "1s", scope: "connection", reset: { header: "x", body: "/y", as: "auto" } } } },
      "INVALID_VALUE",
      "/budgets/api/reset",
    ],
    [
      "a backoff that cannot be read",
      listingWith({ retry: { backoff: "constant", initial: "1 blink" } }),
      "INVALID_VALUE",
      `${at}/retry/initial`,
    ],
    [
      "choices from an operation that is not there",
      listingWith({
        input: {
          type: "object",
          properties: { id: { type: "string", "x-options": { operation: "none", value: "/id", label: "/id" } } },
        },
      }),
      "UNKNOWN_REFERENCE",
      `${at}/input/properties/id/x-options/operation`,
    ],
    [
      "a shared schema that is not there",
      {
        schemas: { Row: { type: "object" } },
        ...listingWith({ output: { $ref: "#/schemas/Rows" }, stream: undefined, identity: [] }),
      },
      "UNKNOWN_REFERENCE",
      `${at}/output/$ref`,
    ],
    ["a fault inside of a shared schema", { schemas: { Row: { typ: "object" } } }, "UNKNOWN_KEY", "/schemas/Row/typ"],
    [
      "a counter-example that is accepted",
      listingWith({ counterExamples: [{ input: {} }] }),
      "INVALID_EXAMPLE",
      `${at}/counterExamples/0/input`,
    ],
    [
      "a poll of a write",
      poll({ source: { operation: "deleteContact", with: {} } }),
      "UNSAFE_CONTRACT",
      "/triggers/newThing/source/operation",
    ],
    ["an unknown kind of trigger", poll({ kind: "push" }), "INVALID_VALUE", "/triggers/newThing/kind"],
    [
      "a migration with an unknown key",
      { migrations: [{ from: 1, to: 2, operation: {} }] },
      "UNKNOWN_KEY",
      "/migrations/0/operation",
    ],
    ["a waiver without an end", { waivers: [{ check: "MC001", reason: "x", owner: "y" }] }, "MISSING_KEY", "/waivers/0/expires"],
  ])("rejects %s", (_, parts, code, path) => {
    const faults = checkContract(JSON.parse(JSON.stringify(withParts(parts)))).filter(({ severity }) => severity === "error");
    expect(faults.map((fault) => [fault.code, fault.path])).toContainEqual([code, path]);
  });
});

describe("a body that comes from files", () => {
  const sending = (request: Branch) => ({
    ...listing,
    stream: undefined,
    effect: "update",
    reversible: false,
    request: { method: "PUT", url: "/things", body: { $cel: "input.name" }, fromFiles: true, ...request },
  });
  const faults = (request: Branch): readonly string[] =>
    checkContract(JSON.parse(JSON.stringify(withParts({ operations: { sendThing: sending(request) } }))))
      .filter(({ severity, path }) => severity === "error" && path.startsWith("/operations/sendThing/request"))
      .map(({ code, path }) => `${code} ${path.slice("/operations/sendThing".length)}`);

  it("is all of it, or the parts that the contract calls files, and never what data decides", () => {
    expect(faults({ bodyType: "binary" })).toEqual([]);
    expect(faults({ bodyType: "multipart", styles: { body: { file: { file: true } } } })).toEqual([]);
    expect(faults({ bodyType: "multipart" })).toEqual(["INVALID_VALUE /request/fromFiles"]);
    expect(faults({ bodyType: "json" })).toEqual(["INVALID_VALUE /request/fromFiles"]);
    expect(faults({ bodyType: { $cel: "input.type" } })).toContain("INVALID_VALUE /request/fromFiles");
    expect(faults({ bodyType: "binary", fromFiles: "yes" })).not.toEqual([]);
  });
});

describe("an answer that goes to a file", () => {
  const saving = (parts: Branch, request: Branch = {}) => ({
    ...listing,
    stream: undefined,
    effect: "update",
    reversible: false,
    request: { ...listing.request, decode: { file: { path: { $cel: "input.name" } } }, ...request },
    ...parts,
  });
  const faults = (operation: Branch): readonly string[] =>
    checkContract(JSON.parse(JSON.stringify(withParts({ operations: { saveThings: operation } }))))
      .filter(({ severity, path }) => severity === "error" && path.startsWith("/operations/saveThings/request"))
      .map(({ code, path }) => `${code} ${path.slice("/operations/saveThings".length)}`);

  it("is an update, whatever the method, and never a read: what only looks writes nothing", () => {
    expect(faults(saving({}))).toEqual([]);
    expect(faults(saving({ effect: "read" }))).toEqual(["UNSAFE_CONTRACT /request/decode"]);
    expect(faults(saving({}, { decode: "binary" }))).toEqual(["UNSAFE_CONTRACT /request/method"]);
  });

  it("is read by no other decoder, and its path is a value", () => {
    expect(faults(saving({}, { decode: ["gzip", { file: { path: "a" } }] }))).toContain("INVALID_VALUE /request/decode/1");
    expect(faults(saving({}, { decode: { file: { path: { $cell: "input.name" } } } }))).toEqual([
      "UNKNOWN_KEY /request/decode/file/path/$cell",
    ]);
    expect(faults(saving({}, { decode: { file: {} } }))).not.toEqual([]);
  });
});
