import { apiKey, cel, defineConnector, del, get, native, on, operation, post, t, text } from "../src/index.ts";

const settings = t.Object({ region: t.Union([t.Literal("eu"), t.Literal("us")], { title: "Region" }) });

/** The design's example connector, as an author writes it. */
export const acmeCrm = defineConnector({
  name: "acme-crm",
  version: "1.2.0",
  title: "Acme CRM",
  publisher: "acme",
  settings,
  hosts: ["{settings.region}.acme.example"],
  auth: { token: apiKey({ in: "header", name: "X-Api-Key", test: "whoami" }) },
  budgets: { api: { rate: 100, per: "1m", scope: "connection", reset: { header: "X-RateLimit-Reset", as: "delta_s" } } },
  operations: {
    whoami: operation(
      {
        title: "Who am I",
        effect: "read",
        budget: "api",
        input: t.Object({}),
        output: t.Object({ login: t.String() }),
        examples: [{ input: {}, output: { login: "ada" } }],
      },
      get("/me"),
    ),
    createContact: operation(
      {
        title: "Create contact",
        effect: "create",
        idempotency: { key: "header", name: "Idempotency-Key", windowMs: 86_400_000 },
        scopes: ["contacts.write"],
        budget: "api",
        settings,
        input: t.Object({
          email: t.String({ format: "email", "x-data-class": "personal" }),
          name: t.String(),
          note: t.Optional(t.String()),
        }),
        output: t.Object({ id: t.String(), createdAt: t.String({ format: "date-time" }) }),
        identity: ["/id"],
        outcomes: [on(409).conflict("A contact with this e-mail exists"), on(422).invalidInput({ path: "/errors/0/message" })],
        compensate: { operation: "deleteContact", with: ($) => ({ id: $.output.id }) },
        examples: [{ input: { email: "ada@example.com", name: "Ada" }, output: { id: "c1", createdAt: "2026-01-01T00:00:00Z" } }],
      },
      post("/contacts", {
        query: { source: "mortise" },
        headers: ($) => ({ "X-Region": $.settings.region }),
        body: ($) => ({
          email: $.input.email,
          full_name: $.input.name,
          note: $.input.note,
          hello: `Hello ${$.input.name}!`,
          bye: text`Bye ${$.input.name}`,
          up: cel("input.name.size()"),
        }),
      }),
    ),
    deleteContact: operation(
      {
        title: "Delete contact",
        effect: "delete",
        idempotency: "natural",
        scopes: ["contacts.write"],
        budget: "api",
        input: t.Object({ id: t.String() }),
        output: t.Object({ status: t.Integer() }),
        examples: [{ input: { id: "c1" }, output: { status: 204 } }],
      },
      del("/contacts/{id}", { output: ($) => ({ status: $.response.status }) }),
    ),
    countContacts: operation(
      {
        title: "Count contacts",
        effect: "read",
        settings,
        input: t.Object({ prefix: t.Optional(t.String()) }),
        output: t.Object({ count: t.Integer() }),
        examples: [{ input: {}, output: { count: 2 } }],
      },
      native({
        reason: "Speaks the binary protocol",
        uses: ["network"],
        call: async (input, ctx) => {
          return { count: (input.prefix?.length ?? 0) + ctx.settings.region.length };
        },
      }),
    ),
    readContacts: operation(
      {
        title: "Read contacts",
        effect: "read",
        settings,
        input: t.Object({ prefix: t.Optional(t.String()) }),
        output: t.Object({ rows: t.Array(t.Object({ id: t.String() })) }),
        stream: { items: "/rows", resume: "cursor" },
        examples: [{ input: {}, output: { rows: [{ id: "c1" }] } }],
      },
      native({
        reason: "Speaks the binary protocol",
        uses: ["network"],
        stream: async function* (input, ctx, page) {
          yield { items: [{ id: `${input.prefix ?? ""}${ctx.settings.region}${page.size}` }], next: null };
        },
      }),
    ),
  },
});
