import { join } from "node:path";
import { buildConnector } from "./build-connector.ts";
import { usage } from "./failure.ts";
import { version } from "./version.ts";
import { type Scaffolded, writeNewFiles } from "./write-new-files.ts";

/** What {@link scaffoldConnector} can write: requests alone, or an operation in code beside them. */
export const CONNECTOR_TEMPLATES = Object.freeze(["rest", "code"] as const);

/** Writes a connector folder `NAME/` with operations, a scenario and a test, and builds it. Throws `USAGE` for a template that there is not. */
export async function scaffoldConnector(
  name: string,
  options: { readonly template?: string; readonly dir: string },
): Promise<Scaffolded> {
  const template = CONNECTOR_TEMPLATES.find((one) => one === (options.template ?? "rest"));
  if (template === undefined)
    throw usage(`No connector template "${options.template}".`, `There is: ${CONNECTOR_TEMPLATES.join(", ")}.`);
  const hasCode = template === "code";
  const folder = join(options.dir, name);
  const files = await writeNewFiles(
    folder,
    new Map([
      ["package.json", packageJson(name)],
      ["src/connector.ts", connectorSource(name, hasCode)],
      ["src/operations/create-contact.ts", CREATE_CONTACT],
      ["src/operations/get-contact.ts", GET_CONTACT],
      ...(hasCode
        ? ([
            ["src/operations/rate-contact.ts", rateContact(name)],
            ["src/code/rate-contact.ts", RATE_CODE],
          ] as const)
        : []),
      ["scenarios/create-contact.json", SCENARIO],
      [`test/${name}.test.ts`, testSource(name)],
    ]),
  );
  const built = await buildConnector(folder);
  return {
    files: [...files, ...built.files.filter((path) => !path.startsWith("dist/")).map((path) => join(folder, path))],
    next: [
      `mortise check ${folder}`,
      `mortise build ${folder}`,
      `mortise call ${folder}/getContact --input '{"id":"c1"}' --dry-run`,
    ],
  };
}

function packageJson(name: string): string {
  return `${JSON.stringify(
    {
      name: `@mortise/connector-${name}`,
      version: "0.1.0",
      description: `Mortise connector: ${name}`,
      license: "Apache-2.0",
      type: "module",
      exports: { ".": "./src/connector.ts", "./contract.json": "./contract.json" },
      files: ["src", "contract.json", "README.md", "API.md", "EXAMPLES.md", "CHANGELOG.md", "docs"],
      dependencies: { "@mortise/sdk": version() },
    },
    null,
    2,
  )}\n`;
}

function titleOf(name: string): string {
  return name.replace(/(^|-)([a-z0-9])/g, (_, gap: string, letter: string) => `${gap ? " " : ""}${letter.toUpperCase()}`);
}

function connectorSource(name: string, hasCode: boolean): string {
  const names = ["createContact", "getContact", ...(hasCode ? ["rateContact"] : [])];
  return `import { apiKey, defineConnector, t } from "@mortise/sdk";
import { createContact } from "./operations/create-contact.ts";
import { getContact } from "./operations/get-contact.ts";
${hasCode ? 'import { rateContact } from "./operations/rate-contact.ts";\n' : ""}
export default defineConnector({
  name: "${name}",
  version: "0.1.0",
  title: "${titleOf(name)}",
  publisher: "me",
  description: "Contacts in ${titleOf(name)}.",
  settings: t.Object({ region: t.Union([t.Literal("eu"), t.Literal("us")], { title: "Region", default: "eu" }) }),
  hosts: ["{settings.region}.${name}.example"],
  auth: { token: apiKey({ in: "header", name: "X-Api-Key", help: "Settings, then API keys.", test: { operation: "getContact", input: { id: "me" } } }) },
  budgets: { api: { rate: 100, per: "1m", scope: "connection" } },
  operations: { ${names.join(", ")} },
});
`;
}

const CREATE_CONTACT = `import { on, operation, post, t } from "@mortise/sdk";

export const createContact = operation(
  {
    title: "Create contact",
    description: "Adds a contact; one with the same e-mail is a conflict.",
    effect: "create",
    idempotency: { key: "header", name: "Idempotency-Key", windowMs: 86_400_000 },
    scopes: ["contacts.write"],
    budget: "api",
    input: t.Object({
      email: t.String({ title: "E-mail", format: "email", "x-data-class": "personal" }),
      name: t.String({ title: "Name", "x-data-class": "personal" }),
    }),
    output: t.Object({ id: t.String(), createdAt: t.String({ format: "date-time" }) }),
    identity: ["/id"],
    outcomes: [on(409).conflict("A contact with this e-mail exists"), on(422).invalidInput({ path: "/errors/0/message" })],
    examples: [{ input: { email: "ada@example.com", name: "Ada" }, output: { id: "c1", createdAt: "2026-01-01T00:00:00Z" } }],
  },
  post("/contacts", { body: ($) => ({ email: $.input.email, full_name: $.input.name }) }),
);
`;

const GET_CONTACT = `import { get, operation, t } from "@mortise/sdk";

export const getContact = operation(
  {
    title: "Get contact",
    description: "Reads one contact by its id.",
    effect: "read",
    scopes: ["contacts.read"],
    budget: "api",
    input: t.Object({ id: t.String({ title: "Contact" }) }),
    output: t.Object({ id: t.String(), email: t.String({ "x-data-class": "personal" }), name: t.String({ "x-data-class": "personal" }) }),
    identity: ["/id"],
    examples: [{ input: { id: "c1" }, output: { id: "c1", email: "ada@example.com", name: "Ada" } }],
  },
  get("/contacts/{id}"),
);
`;

function rateContact(name: string): string {
  return `import { code, operation, t } from "@mortise/sdk";

export const rateContact = operation(
  {
    title: "Rate contact",
    description: "Reads one contact and says how much is known of it.",
    effect: "read",
    scopes: ["contacts.read"],
    budget: "api",
    input: t.Object({ id: t.String({ title: "Contact" }) }),
    output: t.Object({ id: t.String(), known: t.Number({ title: "Known", description: "Share of the fields that are filled in." }) }),
    identity: ["/id"],
    examples: [{ input: { id: "c1" }, output: { id: "c1", known: 1 } }],
  },
  code({
    entry: "src/code/rate-contact.ts",
    capabilities: {
      http: [{ host: "{settings.region}.${name}.example", methods: ["GET"], paths: ["/contacts/*"], auth: "connection" }],
    },
  }),
);
`;
}

const RATE_CODE = `import type { CodeFunction, JsonObject } from "@mortise/sdk";

/** Runs in the sandbox: it reaches what the contract declares, and nothing else. */
const rateContact: CodeFunction<{ readonly id: string }, { id: string; known: number }> = async ({ id }, ctx) => {
  const { body } = await ctx.http.request({ path: \`/contacts/\${encodeURIComponent(id)}\` });
  const fields = Object.values(body as JsonObject);
  const filled = fields.filter((value) => value !== null && value !== "");
  return { id, known: fields.length === 0 ? 0 : filled.length / fields.length };
};

export default rateContact;
`;

const SCENARIO = `${JSON.stringify(
  {
    title: "A contact is created",
    operation: "createContact",
    input: { email: "ada@example.com", name: "Ada" },
    expect: { outcome: "success" },
  },
  null,
  2,
)}\n`;

function testSource(name: string): string {
  return `// Pins: a contract that no longer says what the vendor needs.
import { createRuntime } from "@mortise/runtime";
import { expect, test } from "vitest";
import scenario from "../scenarios/create-contact.json" with { type: "json" };
import connector from "../src/connector.ts";

test("the request carries the key, the idempotency key and the vendor's field names", async () => {
  const runtime = createRuntime({ connectors: [connector], trustedPublishers: ["me"] });
  const result = await runtime.call("${name}/createContact", {
    connection: { name: "test", connector: "${name}", settings: { region: "eu" }, credential: { apiKey: "not-a-real-key" } },
    input: scenario.input,
    dryRun: true,
  });
  await runtime.close();
  expect(result.outcome).toBe("success");
  expect(JSON.stringify(result)).toContain("https://eu.${name}.example/contacts");
  expect(JSON.stringify(result)).toContain("full_name");
  expect(JSON.stringify(result)).not.toContain("not-a-real-key");
});
`;
}
