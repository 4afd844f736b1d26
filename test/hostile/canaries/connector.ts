import type { Contract, Json, Operation } from "@mortise/contract";
import type { Connector, NativeContext } from "@mortise/sdk";
import { SCHEMES } from "./schemes.ts";

const at = (path: string): Json => ({ $text: `\${settings.baseUrl}/v/\${settings.who}/${path}` });
const any = { type: ["object", "array", "string", "number", "boolean", "null"] } as const;

function operation(parts: Partial<Operation>): Operation {
  return {
    title: "Sample",
    effect: "read",
    idempotency: "natural",
    scopes: [],
    input: { type: "object", properties: { mode: { type: "string" } } },
    output: any,
    identity: [],
    outcomes: [],
    examples: [],
    maxAttempts: 1,
    ...parts,
  };
}

const list: Partial<Operation> = {
  output: { type: "object", properties: { rows: { type: "array" } } },
  stream: { items: "/rows", resume: "cursor" },
};

const OPERATIONS: { readonly [name: string]: Operation } = {
  whoAmI: operation({ request: { method: "GET", url: at("api/ok") } }),
  find: operation({ request: { method: "POST", url: at("api/ok"), body: { q: "x" } } }),
  read: operation({
    request: {
      method: "POST",
      url: at("api/${input.mode}"),
      headers: { "X-Mode": { $cel: "input.mode" } },
      body: { asked: { $cel: "input.mode" } },
    },
  }),
  hangs: operation({ request: { method: "GET", url: at("api/hangs") }, attemptTimeoutMs: 300 }),
  joined: operation({
    request: {
      method: "POST",
      url: at("api/halves"),
      body: {},
      output: { all: { $cel: "response.body.halves.map(h, h.left + h.right)" }, settings: { $cel: "settings" } },
    },
  }),
  write: operation({
    effect: "create",
    idempotency: { key: "header", name: "Idempotency-Key" },
    input: {
      type: "object",
      properties: { mode: { type: "string" }, name: { type: "string" }, pin: { type: "string", "x-secret": true } },
    },
    output: { type: "object", properties: { newKey: { type: "string", "x-secret": true } } },
    request: { method: "POST", url: at("api/${input.mode}"), body: { name: { $cel: "input.?name.orValue('')" } } },
  }),
  bulk: operation({
    effect: "create",
    request: { method: "POST", url: at("api/items"), body: { rows: [1, 2] } },
    output: { type: "object", properties: { items: { type: "array" } } },
    itemOutcomes: {
      items: "/items",
      rules: [{ when: { cel: "item.status >= 400" }, as: "rejected", messageFrom: "/error/reason" }],
    },
  }),
  pages: operation({ ...list, request: { method: "GET", url: at("api/pages") }, pagination: { kind: "nextUrl", url: "/next" } }),
  links: operation({ ...list, request: { method: "GET", url: at("api/links") }, pagination: { kind: "link" } }),
  cursors: operation({
    ...list,
    request: { method: "GET", url: at("api/cursors") },
    pagination: { kind: "cursor", cursor: "/next", param: "after" },
  }),
  choose: operation({
    input: {
      type: "object",
      properties: {
        one: { type: "string", "x-options": { operation: "cursors", value: "/id", label: "/name" } },
        bad: { type: "string", "x-options": { operation: "refuse", value: "/id", label: "/name" } },
        row: { type: "object", "x-fields": { operation: "shape", schema: { $cel: "output.schema" } } },
      },
    },
    request: { method: "GET", url: at("api/ok") },
  }),
  shape: operation({ request: { method: "GET", url: at("api/shape") }, output: { type: "object" } }),
  refuse: operation({ request: { method: "GET", url: at("api/401") } }),
  local: operation({
    native: { reason: "Talks to no HTTP server", uses: [] },
    input: { type: "object", properties: { how: { type: "string" } } },
  }),
};

/** Hands a credential to code of the connector, which is careless with it in every way there is. */
async function careless(input: { readonly how?: string }, context: NativeContext<Json>): Promise<Json> {
  const { credential } = context;
  context.log("info", `signing in with ${Object.values(credential).join(" ")}`, { credential });
  const shown = {
    credential,
    login: `me ${Object.values(credential).join(" ")}`,
    bytes: Buffer.from(JSON.stringify(credential)).toString("base64"),
  };
  if (input.how === "throws")
    throw Object.assign(new Error(`refused ${JSON.stringify(credential)}`), { config: { credential }, code: "EAUTH" });
  if (input.how === "breaks") throw new TypeError(`no field ${Object.values(credential).join(",")}`, { cause: shown });
  if (input.how === "odd") throw shown;
  if (input.how === "circles") {
    const circle: { [key: string]: unknown } = { ...shown };
    circle.self = circle;
    return circle as unknown as Json;
  }
  return shown;
}

/** One connector with every way to sign in that the vocabulary has. */
export function canaryConnector(): Connector {
  const contract: Contract = {
    format: "mortise.contract/1",
    name: "canary",
    version: "1.0.0",
    title: "Canary",
    publisher: "mortise",
    settings: {
      type: "object",
      required: ["baseUrl", "who"],
      properties: {
        baseUrl: { type: "string" },
        who: { type: "string" },
        account: { type: "string" },
        tenantKey: { type: "string", "x-secret": true },
        nested: { type: "object", properties: { deepKey: { type: "string", "x-secret": true } } },
      },
    },
    hosts: ["{settings.baseUrl}"],
    auth: SCHEMES,
    budgets: {},
    operations: OPERATIONS,
  };
  return {
    contract: JSON.parse(JSON.stringify(contract)) as Contract,
    natives: { local: { call: careless as never } },
  };
}
