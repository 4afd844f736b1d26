// Pins: links that lead nowhere, tables broken by what a contract says, examples that a shell reads otherwise, pages too large to open, and
// facts of the contract that people are not told.
import { execFileSync } from "node:child_process";
import { type Contract, credentialSchema, type JsonSchema, type OAuth2Scheme, type Operation } from "@mortise/contract";
import { describe, expect, test } from "vitest";
import { KINDS, kindsContract } from "../../../simulator/test/kinds.ts";
import { connectorDocs } from "../../src/docs/connector-docs.ts";
import { deadLinks } from "./dead-links.ts";

const HOSTILE = "A | pipe, `tick`, <script>alert(1)</script>\n# Heading\n\n| not | a table |";

const OPERATION: Operation = {
  title: "Get contact",
  effect: "read",
  idempotency: "natural",
  scopes: [],
  identity: [],
  outcomes: [],
  examples: [],
  input: { type: "object", required: ["id"], properties: { id: { type: "string", description: HOSTILE } } },
  output: { type: "object", properties: { contact: { $ref: "#/schemas/Contact" } } },
  request: { method: "GET", url: "/v1/contacts/{id}", path: { id: { $cel: "input.id" } } },
};

const CONTRACT: Contract = {
  format: "mortise.contract/1",
  name: "acme-crm",
  version: "2.0.0",
  title: "Acme CRM",
  publisher: "acme",
  description: HOSTILE,
  hosts: ["api.acme.example"],
  settings: {
    type: "object",
    required: ["region"],
    properties: { region: { type: "string", enum: ["eu", "us"], title: "Region" } },
  },
  auth: {
    key: { kind: "apiKey", in: "header", name: "X-Api-Key", help: "Settings, then API keys.", test: { operation: "get" } },
    user: {
      kind: "oauth2",
      grant: "authorization_code",
      scopes: { "contacts.read": "Read contacts" },
      revoke: { none: "Tokens end by themselves." },
    },
  },
  budgets: { api: { rate: 100, per: "1m", concurrency: 5, scope: "connection", reset: { header: "X-Reset", as: "delta_s" } } },
  schemas: { Contact: { type: "object", properties: { id: { type: "string" }, boss: { $ref: "#/schemas/Contact" } } } },
  operations: {
    get: {
      ...OPERATION,
      budget: "api",
      scopes: ["contacts.read"],
      outcomes: [{ when: { status: [409, "5xx"], cel: "body.a || body.b" }, as: "conflict", message: "Exists | already" }],
      examples: [{ title: "O'Hara", input: { id: 'it\'s a "test"; $(rm -rf /) `x`' }, output: { contact: { id: "c1" } } }],
    },
    list: {
      ...OPERATION,
      title: "List contacts",
      pagination: { kind: "cursor", cursor: "/next", param: "after", maxItems: 5000 },
      stream: { items: "/contacts", resume: "cursor" },
      cache: { ttlMs: 300_000 },
      input: {
        type: "object",
        properties: { tag: { type: "string", "x-options": { operation: "get", value: "/id", label: "/id" } } },
      },
      request: { method: "GET", url: "/v1/contacts" },
    },
    remove: {
      ...OPERATION,
      title: "Remove",
      effect: "delete",
      idempotency: "none",
      deprecated: "It is slow.",
      lifecycle: { stage: "deprecated", sunset: "2027-01-01", replacement: "list" },
      compensate: { operation: "get", with: {} },
      maxAttempts: 1,
    },
  },
  triggers: {
    newContact: {
      kind: "poll",
      title: "New contact",
      scopes: [],
      identity: ["/id"],
      examples: [],
      source: { operation: "list", with: {} },
      firstRun: "skip",
      input: { type: "object" },
      output: { $ref: "#/schemas/Contact", type: "object" },
    },
  },
  changelog: [
    { version: "2.0.0", date: "2026-11-01", changes: ["Contacts have a boss."] },
    { version: "1.1.0", date: "2026-10-01", changes: ["Faster."] },
  ],
  migrations: [
    {
      from: 1,
      to: 2,
      operations: { fetch: { operation: "get", input: { id: { $cel: "input.key" } } }, merge: { removed: "Do it by hand." } },
    },
  ],
};

/** A contract of 1,200 operations over 300 shared schemas. */
function large(): Contract {
  const fields = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [`field${index}`, { type: "string", description: "What it holds. ".repeat(4) }]),
  );
  const schemas = Object.fromEntries(
    Array.from({ length: 300 }, (_, index): [string, JsonSchema] => [
      `thing.${index}`,
      { type: "object", properties: { ...fields, next: { $ref: `#/schemas/thing.${(index + 1) % 300}` } } } as JsonSchema,
    ]),
  );
  const operations = Object.fromEntries(
    Array.from({ length: 1_200 }, (_, index): [string, Operation] => [
      `operation${index}`,
      {
        ...OPERATION,
        input: { type: "object", properties: { id: { type: "string" }, ...fields } } as Operation["input"],
        output: { $ref: `#/schemas/thing.${index % 300}` },
        request: { method: "GET", url: `/v1/group${index % 3}/part${index % 40}/{id}`, path: { id: { $cel: "input.id" } } },
        examples: [{ input: { id: "x".repeat(400) } }],
      },
    ]),
  );
  return { ...CONTRACT, operations, schemas, triggers: {}, migrations: [] };
}

describe.each([
  ["one page", CONTRACT],
  ["many pages", large()],
])("the pages of a contract (%s)", (_, contract) => {
  const pages = connectorDocs(contract);

  test("link to pages and places that are there", () => {
    expect(deadLinks(pages)).toEqual([]);
  });

  test("have tables of as many cells in every row, and no markup of the contract's own", () => {
    for (const [path, text] of pages) {
      const plain = text.replaceAll(/```[\s\S]*?```/g, "");
      expect(plain, path).not.toContain("<script>");
      for (const part of plain.matchAll(/(?:^\|.*\|$\n?)+/gm)) {
        const widths = part[0]
          .trimEnd()
          .split("\n")
          .map((row) => row.replaceAll("\\|", "").split("|").length);
        expect(new Set(widths).size, `${path}: ${part[0].slice(0, 300)}`).toBe(1);
      }
    }
  });

  test("are small enough to open", () => {
    for (const [path, text] of pages) expect(Buffer.byteLength(text), path).toBeLessThan(330_000);
  });
});

test("the same contract gives the same bytes", () => {
  expect([...connectorDocs(CONTRACT)]).toEqual([...connectorDocs(structuredClone(CONTRACT))]);
});

test("1,200 operations take less than 5 s of a processor", () => {
  const contract = large();
  const before = process.cpuUsage();
  expect(connectorDocs(contract).size).toBeGreaterThan(10);
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(5_000);
});

test("the examples come through a shell as they are", () => {
  const text = connectorDocs(CONTRACT).get("EXAMPLES.md") ?? "";
  const [, call] = /```sh\n(mortise call [\s\S]*?)\n```/.exec(text) ?? [];
  const words = execFileSync("sh", ["-c", `mortise() { printf '%s\\0' "$@"; }\n${call}`], { encoding: "utf8" }).split("\0");
  expect(words.slice(0, 4)).toEqual(["call", "acme-crm/get", "--connection", "connection.json"]);
  expect(JSON.parse(words[5] ?? "")).toEqual(CONTRACT.operations.get?.examples[0]?.input);
  expect(text).toContain('"use": "acme-crm@2/get"');
  expect(text).toContain('"$env": "ACME_CRM_API_KEY"');
});

test("people are told what the contract knows", () => {
  const pages = connectorDocs(CONTRACT, "## Good to know\n\nIt rains.");
  const readme = pages.get("README.md") ?? "";
  const api = pages.get("API.md") ?? "";
  const changes = pages.get("CHANGELOG.md") ?? "";
  for (const words of [
    "A key, sent in the header `X-Api-Key`.",
    "Where to find it: Settings, then API keys.",
    "`contacts.read` | Read contacts",
    "Tokens end by themselves.",
    "`api`: 100 calls per minute, 5 at once, for each connection",
    "It rains.",
    "| [`remove`](API.md#remove) | deprecated | 2027-01-01 | [`list`](API.md#list) |",
    "| [`list`](API.md#list) | `tag` | choices | [`get`](API.md#get) |",
    "| [`newContact`](API.md#triggers) | New contact | asks again and again |",
  ]) {
    expect(readme).toContain(words);
  }
  for (const words of [
    "never sent again",
    "Follows the cursor at `/next` in the parameter `after`; at most 10,000 pages and 5,000 items.",
    "An answer may be used again for 5 minutes.",
    "[`get`](#get) undoes it",
    "| 409 or 5xx, `body.a \\|\\| body.b` | conflict | Exists \\| already |",
    "[Contact](#schema-contact)",
    "[`list`](#list) every 5 minutes; the first time, what is there already does not count.",
    "- **Request:** `GET /v1/contacts/{id}`",
  ]) {
    expect(api).toContain(words);
  }
  for (const words of ["Breaking", "`fetch` is `get` now; its input is translated", "`merge` is gone: Do it by hand."])
    expect(changes).toContain(words);
});

test("every kind of auth scheme is told: what to enter, what is sent, who takes part; and has a file that signs in", () => {
  const { operations: _, ...kinds } = kindsContract();
  const all = connectorDocs({ ...CONTRACT, ...kinds, operations: CONTRACT.operations });
  const [, readme = ""] = (all.get("README.md") ?? "").split("## Connection\n");
  const examples = all.get("EXAMPLES.md") ?? "";
  for (const [id, { scheme }] of Object.entries(KINDS)) {
    const [, section = ""] = readme.split(new RegExp(`^### ${id}\n`, "m"));
    const [own = ""] = section.split(/^##/m);
    expect(own, id).toMatch(/^\n[A-Z][^\n]+\.\n/);
    const { required = [] } = credentialSchema(scheme);
    for (const field of required) expect(own, id).toContain(`| \`${field}\` | string | yes |`);
    if (scheme.kind === "none") continue;
    const [, file = "", after = ""] =
      new RegExp(`With \`${id}\`:\n\n\`\`\`json\n(.*?)\n\`\`\`\n\n([^\n]*)`, "s").exec(examples) ?? [];
    const { auth, credential } = JSON.parse(file) as { readonly auth: string; readonly credential: object };
    expect(auth).toBe(id);
    expect(Object.keys(credential), id).toEqual(expect.arrayContaining([...required]));
    expect(after.startsWith("Then sign in"), id).toBe(["appInstall", "code", "device"].includes(id));
  }
});

test("people are told whose client it is, what is kept, how long tokens live and how they end", () => {
  const account: OAuth2Scheme = {
    kind: "oauth2",
    grant: "authorization_code",
    authorizeUrl: "https://login.acme.example/authorize",
    tokenUrl: "https://login.acme.example/token",
    revokeUrl: "https://login.acme.example/revoke",
    requiredScopes: ["read"],
    defaultScopes: ["write"],
    scopes: { read: "Reads", write: "Writes", admin: "All" },
    keep: [{ setting: "region", from: { body: "/region" }, required: true }],
    expiry: { from: "fixed", ttl: "1h", refreshTtl: "P30D", idle: "P7D" },
    rotation: "single_use",
  };
  const docs = (scheme: OAuth2Scheme) => connectorDocs({ ...CONTRACT, auth: { account: scheme } });
  const readme = docs(account).get("README.md") ?? "";
  for (const words of [
    "A person agrees in the browser at `login.acme.example`.",
    "Where the deployment has a client of its own, none is entered.",
    "A token lives for 1 hour. A token is renewed before it ends, with the refresh token. The refresh token counts once, lives for 30 days, ends when it is not used for 7 days.",
    "Connecting tells what then need not be entered: `region`, which it needs.",
    "When it is deleted, its tokens are taken back at `login.acme.example` (RFC 7009).",
    "| `read` | Reads | always |",
    "| `write` | Writes | unless it is taken away |",
    "| `admin` | All | on request |",
  ])
    expect(readme).toContain(words);
  expect(docs(account).get("EXAMPLES.md")).not.toContain('"region"');
  expect(docs({ ...account, ownClient: false, refreshMode: "none" }).get("README.md")).toMatch(
    /The client is the deployment's own\.[\s\S]*A token is not renewed/,
  );
});

test("what a contract says of itself and its parts runs nothing and leads nowhere by a trick", () => {
  const script = "<script>alert(1)</script>";
  const link = "[x](javascript:alert(1))";
  const docs = connectorDocs({
    ...CONTRACT,
    title: `T\n\n${script} ${link}`,
    publisher: `${script} ${link}`,
    license: script,
    categories: [script],
    homepage: "javascript:alert(1)",
    support: `${script} javascript://x`,
    hosts: [`a\`${script}`],
    budgets: { api: { ...CONTRACT.budgets.api, reset: { header: `a\`${script}`, as: "delta_s" } } } as Contract["budgets"],
    operations: {
      get: {
        ...OPERATION,
        budget: "api",
        title: `${script} ${link}`,
        serviceLevel: { source: script } as NonNullable<Operation["serviceLevel"]>,
        compensate: { operation: `x\`](javascript:alert(1)) ${script}`, with: {} },
        cache: { ttlMs: 1000 },
        input: {
          type: "object",
          properties: { [`a\`${script}`]: { type: script as "string", description: `${script} ${link}` } },
        },
        output: { $ref: `#/schemas/${script}` },
      },
    },
  });
  for (const [path, text] of docs) {
    const shown = text.replaceAll(/(`+)(?!`).*?(?<!`)\1(?!`)/g, "");
    expect(shown, path).not.toMatch(/<script/);
    expect(shown, path).not.toMatch(/(^|[^\\])\]\(\s*javascript:/m);
  }
});
