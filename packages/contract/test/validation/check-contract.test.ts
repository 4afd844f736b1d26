// Pins: a broken contract that loads. Every rule has a contract that it must reject, broken in one place.
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/index.ts";
import { parsePointer } from "../../src/index.ts";
import { checkContract } from "../../src/validation/index.ts";
import { soundContract } from "../sound-contract.ts";

type Branch = { [key: string]: unknown };

/** The sound contract with one place set, or removed. */
function broken(pointer: string, value: unknown): unknown {
  const contract = soundContract() as unknown as Branch;
  const segments = [...(parsePointer(pointer) ?? [])];
  const last = segments.pop() ?? "";
  const holder = segments.reduce((branch, segment) => branch[segment] as Branch, contract);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return contract;
}

const op = "/operations/createContact";

const test = { operation: "whoami" };
const key = { kind: "apiKey", in: "header", name: "X" };
const client = { kind: "oauth2", grant: "client_credentials", test };
const login = (url: string) => ({
  kind: "session",
  fields: { type: "object", properties: {} },
  login: { method: "POST", url },
  token: { body: "/token" },
  apply: { in: "header", name: "X" },
  test,
});
const trigger = { title: "Changed", scopes: [], input: {}, output: {}, identity: [], examples: [] };
const poll = (operation: string) => ({ ...trigger, kind: "poll", firstRun: "skip", source: { operation, with: {} } });
const hook = (content: string) => ({
  ...trigger,
  kind: "webhook",
  manual: "By hand.",
  signature: { algorithm: "hmac-sha256", header: "X", encoding: "hex", content },
});

const rejected: readonly (readonly [
  rule: string,
  place: string,
  value: unknown,
  code: string,
  path: string,
  severity?: string,
])[] = [
  ["a misspelt key", "/titel", "x", "UNKNOWN_KEY", "/titel"],
  ["a misspelt key of an operation", `${op}/idempotancy`, "none", "UNKNOWN_KEY", `${op}/idempotancy`],
  ["an unknown key of a budget", "/budgets/api/burst", 3, "UNKNOWN_KEY", "/budgets/api/burst"],
  ["an unknown key of an auth scheme", "/auth/token/realm", "x", "UNKNOWN_KEY", "/auth/token/realm"],
  ["an unknown kind of auth", "/auth/token/kind", "oauth9", "INVALID_VALUE", "/auth/token/kind"],
  ["an unknown kind of pagination", `${op}/pagination`, { kind: "scroll" }, "INVALID_VALUE", `${op}/pagination/kind`],
  ["a missing title", "/title", undefined, "MISSING_KEY", "/title"],
  ["a missing effect", `${op}/effect`, undefined, "MISSING_KEY", `${op}/effect`],
  ["a wrong type", "/title", 7, "WRONG_TYPE", "/title"],
  ["a version that is no semver", "/version", "1.2", "INVALID_VALUE", "/version"],
  ["a connector name in capitals", "/name", "Acme", "INVALID_VALUE", "/name"],
  ["an operation name with a hyphen", "/operations/get-it", {}, "INVALID_VALUE", "/operations/get-it"],
  ["an unknown effect", `${op}/effect`, "upsert", "INVALID_VALUE", `${op}/effect`],
  ["four attempts", "/operations/whoami/maxAttempts", 4, "INVALID_VALUE", "/operations/whoami/maxAttempts"],
  ["an unknown status class", `${op}/outcomes/0/when/status`, "6xx", "INVALID_VALUE", `${op}/outcomes/0/when/status`],
  ["a rule that matches nothing", `${op}/outcomes/0/when`, {}, "INVALID_VALUE", `${op}/outcomes/0/when`],
  ["a budget that is not there", `${op}/budget`, "apis", "UNKNOWN_REFERENCE", `${op}/budget`],
  [
    "a test operation that is not there",
    "/auth/token/test/operation",
    "whoAmI2",
    "UNKNOWN_REFERENCE",
    "/auth/token/test/operation",
  ],
  [
    "a test operation that writes",
    "/auth/token/test/operation",
    "deleteContact",
    "UNSAFE_CONTRACT",
    "/auth/token/test/operation",
  ],
  [
    "a compensation that is not there",
    `${op}/compensate/operation`,
    "deleteContacts",
    "UNKNOWN_REFERENCE",
    `${op}/compensate/operation`,
  ],
  ["a probe that writes", `${op}/probe`, { operation: "deleteContact", with: {} }, "UNSAFE_CONTRACT", `${op}/probe/operation`],
  [
    "a stream of a field that is not there",
    "/operations/readContacts/stream/items",
    "/row",
    "UNKNOWN_REFERENCE",
    "/operations/readContacts/stream/items",
  ],
  [
    "a stream of something else than a list",
    "/operations/whoami/stream",
    { items: "/login", resume: "none" },
    "WRONG_TYPE",
    "/operations/whoami/stream/items",
  ],
  ["an identity that is not there", `${op}/identity/0`, "/ids", "UNKNOWN_REFERENCE", `${op}/identity/0`],
  [
    "an identity outside of the streamed item",
    "/operations/readContacts/identity/0",
    "/rows",
    "UNKNOWN_REFERENCE",
    "/operations/readContacts/identity/0",
  ],
  ["an identity that is no pointer", `${op}/identity/0`, "id", "INVALID_VALUE", `${op}/identity/0`],
  [
    "an example input that breaks its schema",
    `${op}/examples/0/input/email`,
    "ada",
    "INVALID_EXAMPLE",
    `${op}/examples/0/input/email`,
  ],
  ["an example output that breaks its schema", `${op}/examples/0/output/id`, 7, "INVALID_EXAMPLE", `${op}/examples/0/output/id`],
  [
    "an example input with an unknown key",
    `${op}/examples/0/input/emial`,
    "x",
    "INVALID_EXAMPLE",
    `${op}/examples/0/input/emial`,
  ],
  ["no example", `${op}/examples`, [], "MISSING_KEY", `${op}/examples`, "warning"],
  ["no body", `${op}/request`, undefined, "MISSING_KEY", op],
  ["two bodies", `${op}/native`, { reason: "x", uses: [] }, "INVALID_VALUE", `${op}/native`],
  ["a GET with a body", "/operations/whoami/request/body", {}, "INVALID_VALUE", "/operations/whoami/request/body"],
  [
    "a body type without a body",
    "/operations/whoami/request/bodyType",
    "json",
    "INVALID_VALUE",
    "/operations/whoami/request/bodyType",
  ],
  ["a write through GET", "/operations/whoami/effect", "create", "UNSAFE_CONTRACT", "/operations/whoami/request/method"],
  [
    "a read through DELETE",
    "/operations/deleteContact/effect",
    "read",
    "UNSAFE_CONTRACT",
    "/operations/deleteContact/request/method",
  ],
  ["a request without hosts", "/hosts", [], "MISSING_KEY", "/hosts"],
  ["an output that says nothing", `${op}/output`, {}, "INVALID_VALUE", `${op}/output`],
  ["an input that is no object", `${op}/input`, { type: "string" }, "INVALID_VALUE", `${op}/input`],
  ["a faulty input schema", `${op}/input/properties/name/type`, "strng", "INVALID_VALUE", `${op}/input/properties/name/type`],
  [
    "an unknown schema keyword",
    `${op}/input/properties/name/minLenght`,
    1,
    "UNKNOWN_KEY",
    `${op}/input/properties/name/minLenght`,
  ],
  [
    "a remote reference",
    `${op}/input/properties/name/$ref`,
    "https://x.example/s.json",
    "UNSAFE_CONTRACT",
    `${op}/input/properties/name/$ref`,
  ],
  [
    "a secret-looking input",
    `${op}/input/properties/apiKey`,
    { type: "string" },
    "UNSAFE_CONTRACT",
    `${op}/input/properties/apiKey`,
    "warning",
  ],
  [
    "a secret-looking setting",
    "/settings/properties/client_secret",
    { type: "string" },
    "UNSAFE_CONTRACT",
    "/settings/properties/client_secret",
    "warning",
  ],
  ["a host with a scheme", "/hosts/0", "https://api.acme.example", "INVALID_VALUE", "/hosts/0"],
  ["a host with a path", "/hosts/0", "api.acme.example/v1", "INVALID_VALUE", "/hosts/0"],
  ["a host with a hole for the input", "/hosts/0", "{input.region}.acme.example", "INVALID_VALUE", "/hosts/0"],
  ["a host with a hole for no setting", "/hosts/0", "{settings.regoin}.acme.example", "UNKNOWN_REFERENCE", "/hosts/0"],
  [
    "a host that any text may fill",
    "/settings/properties/region",
    { type: "string" },
    "UNSAFE_CONTRACT",
    "/settings/properties/region",
    "warning",
  ],
  ["a rate without a window", "/budgets/api/per", undefined, "MISSING_KEY", "/budgets/api/per"],
  ["a window that is no duration", "/budgets/api/per", "minute", "INVALID_VALUE", "/budgets/api/per"],
  ["a budget that limits nothing", "/budgets/api", { scope: "tenant" }, "MISSING_KEY", "/budgets/api"],
  ["a rate of zero", "/budgets/api/rate", 0, "INVALID_VALUE", "/budgets/api/rate"],
  [
    "a repeat that may double the effect",
    op,
    { ...soundContract().operations.createContact, idempotency: "none", maxAttempts: 2 },
    "UNSAFE_CONTRACT",
    `${op}/maxAttempts`,
  ],
  ["a key without its header", `${op}/idempotency`, { key: "header" }, "MISSING_KEY", `${op}/idempotency/name`],
  ["a native key without native code", `${op}/idempotency`, { key: "native" }, "INVALID_VALUE", `${op}/idempotency/key`],
  [
    "an attempt that outlasts the call",
    op,
    { ...soundContract().operations.createContact, attemptTimeoutMs: 9_000, operationTimeoutMs: 5_000 },
    "INVALID_VALUE",
    `${op}/attemptTimeoutMs`,
  ],
  ["a cached write", `${op}/cache`, { ttlMs: 1_000 }, "UNSAFE_CONTRACT", `${op}/cache`],
  ["a write that is made twice", `${op}/hedge`, true, "UNSAFE_CONTRACT", `${op}/hedge`],
  [
    "a dear read that is made twice",
    "/operations/whoami",
    { ...soundContract().operations.whoami, hedge: true, cost: 5 },
    "UNSAFE_CONTRACT",
    "/operations/whoami/hedge",
  ],
  [
    "a probe after no length of time",
    `${op}/probe`,
    { operation: "whoami", with: {}, after: "soon" },
    "INVALID_VALUE",
    `${op}/probe/after`,
  ],
  [
    "a misspelt way to compute",
    `${op}/request/body/email`,
    { $cell: "input.email" },
    "UNKNOWN_KEY",
    `${op}/request/body/email/$cell`,
  ],
  ["an expression that is no text", `${op}/request/body/email`, { $cel: 7 }, "WRONG_TYPE", `${op}/request/body/email/$cel`],
  ["a URL in plain http", `${op}/request/url`, "http://api.acme.example/x", "UNSAFE_CONTRACT", `${op}/request/url`],
  ["a javascript URL", `${op}/request/url`, "javascript:alert(1)", "UNSAFE_CONTRACT", `${op}/request/url`],
  ["a relative URL", `${op}/request/url`, "contacts", "INVALID_VALUE", `${op}/request/url`],
  ["headers that are a list", `${op}/request/headers`, [], "WRONG_TYPE", `${op}/request/headers`],
  ["a key named by no setting", "/auth/token/name", "{settings.keyName}", "UNKNOWN_REFERENCE", "/auth/token/name"],
  ["a key named by the input", "/auth/token/name", "{input.keyName}", "INVALID_VALUE", "/auth/token/name"],
  [
    "a token endpoint named by no setting",
    "/auth/token",
    { ...client, tokenUrl: "https://{settings.x}/t" },
    "UNKNOWN_REFERENCE",
    "/auth/token/tokenUrl",
  ],
  ["a login named by the input", "/auth/token", login("https://{input.host}/login"), "INVALID_VALUE", "/auth/token/login/url"],
  ["a client without a token endpoint", "/auth/token", client, "MISSING_KEY", "/auth/token/tokenUrl"],
  [
    "schemes that share a field",
    "/auth/token",
    { kind: "all", of: [key, { ...key, name: "Y" }], test },
    "DUPLICATE_NAME",
    "/auth/token/of/1",
  ],
  [
    "a scheme inside of another that is not known",
    "/auth/token",
    { kind: "all", of: [key, { kind: "x" }], test },
    "INVALID_VALUE",
    "/auth/token/of/1/kind",
  ],
  [
    "a polled trigger whose source has no list",
    "/triggers",
    { changed: poll("whoami") },
    "INVALID_VALUE",
    "/triggers/changed/source/operation",
  ],
  [
    "a signature over a time that is nowhere",
    "/triggers",
    { told: hook("{timestamp}.{body}") },
    "MISSING_KEY",
    "/triggers/told/signature/timestamp",
  ],
  [
    "a signature over an id that is nowhere",
    "/triggers",
    { told: hook("{id}.{body}") },
    "MISSING_KEY",
    "/triggers/told/signature/idHeader",
  ],
  [
    "a signature over something unknown",
    "/triggers",
    { told: hook("{time}.{body}") },
    "INVALID_VALUE",
    "/triggers/told/signature/content",
  ],
  [
    "a signature over nothing that was sent",
    "/triggers",
    { told: hook("{url}") },
    "UNSAFE_CONTRACT",
    "/triggers/told/signature/content",
  ],
  [
    "schemes of which one is lost",
    "/auth/token",
    { kind: "all", of: [{ kind: "basic" }, { kind: "bearer" }], test },
    "INVALID_VALUE",
    "/auth/token/of/1",
    "warning",
  ],
  [
    "a signature that is text",
    "/triggers",
    { told: { ...hook(""), signature: { ...hook("{body}").signature, encoding: "text" } } },
    "INVALID_VALUE",
    "/triggers/told/signature/encoding",
  ],
  ["a credential without a test", "/auth/token/test", undefined, "MISSING_KEY", "/auth/token/test", "warning"],
];

describe("checkContract", () => {
  it("finds nothing wrong with a sound contract", () => {
    expect(checkContract(soundContract())).toEqual([]);
  });

  const rules = rejected.map(([rule, place, value, code, path, severity = "error"]) => ({
    rule,
    place,
    value,
    code,
    path,
    severity,
  }));

  it.each(rules)("rejects $rule", ({ place, value, code, path, severity }) => {
    expect(checkContract(broken(place, value))).toContainEqual(expect.objectContaining({ code, path, severity }));
  });

  it("names the nearest key and offers to rename", () => {
    const [fault] = checkContract(broken(`${op}/idempotancy`, "none"));
    expect(fault?.message).toBe('operations.createContact.idempotancy: unknown key; did you mean "idempotency"?');
    expect(fault?.fix?.patch).toEqual([{ op: "move", from: `${op}/idempotancy`, path: `${op}/idempotency` }]);
  });

  it("explains only the kind that was meant", () => {
    const faults = checkContract(
      broken("/auth/token", { kind: "apiKey", in: "head", name: "X-Api-Key", test: { operation: "whoami" } }),
    );
    expect(faults.map(({ path, message }) => [path, message])).toEqual([
      ["/auth/token/in", 'auth.token.in: expected one of "header", "query", "cookie" or "body", found "head"'],
    ]);
  });

  it("finds all faults of a document at once", () => {
    const contract = { ...(broken(`${op}/effect`, "upsert") as object), hosts: ["http://x"], title: 7 };
    expect(checkContract(contract).map(({ path }) => path)).toEqual(
      expect.arrayContaining(["/title", "/hosts/0", `${op}/effect`]),
    );
  });

  it("says at which line of the text, and in which file", () => {
    const text = JSON.stringify(broken("/budgets/api/rate", "many"), null, 2);
    const line = text.split("\n").findIndex((each) => each.includes('"rate"')) + 1;
    expect(checkContract(JSON.parse(text) as Json, { text, file: "contract.json" })).toEqual([
      expect.objectContaining({ path: "/budgets/api/rate", line, file: "contract.json" }),
    ]);
  });

  it.each<unknown>([
    null,
    7,
    "x",
    [],
    {},
    { operations: [] },
    { operations: { a: null }, auth: 3, hosts: [7], budgets: { a: [] } },
  ])("never throws, whatever it is given: %j", (value) => {
    expect(checkContract(value).length).toBeGreaterThan(0);
  });
});
