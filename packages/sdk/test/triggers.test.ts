// Pins: an author's trigger or scheme that becomes another contract than it says.
import { expect, test } from "vitest";
import {
  all,
  apiKey,
  basic,
  defineConnector,
  get,
  oauth2,
  operation,
  pollTrigger,
  post,
  session,
  t,
  webhookTrigger,
} from "../src/index.ts";

const settings = t.Object({ site: t.String() });

const connector = defineConnector({
  name: "desk",
  version: "1.0.0",
  title: "Desk",
  publisher: "acme",
  settings,
  hosts: ["{settings.site}.desk.example"],
  auth: {
    app: oauth2({
      grant: "client_credentials",
      tokenUrl: "https://{settings.site}.desk.example/token",
      requiredScopes: ["read"],
      test: "listTickets",
    }),
    login: session({
      fields: t.Object({ user: t.String(), password: t.String({ "x-secret": true }) }),
      login: { method: "POST", url: "https://{settings.site}.desk.example/login", body: { user: { $cel: "credential.user" } } },
      token: { body: "/token" },
      ttl: "30m",
      apply: { in: "header", name: "X-Session" },
      test: "listTickets",
      revoke: { none: "Sessions end by themselves." },
    }),
    both: all([apiKey({ in: "body", name: "key", field: "siteKey" }), basic()], { title: "Key and name", test: "listTickets" }),
  },
  operations: {
    listTickets: operation(
      {
        title: "List tickets",
        effect: "read",
        input: t.Object({ queue: t.Optional(t.String()) }),
        output: t.Object({ tickets: t.Array(t.Object({ id: t.Integer() })) }),
        stream: { items: "/tickets", resume: "none" },
      },
      get("/tickets", { query: ($) => ({ queue: $.input.queue }) }),
    ),
    addHook: operation(
      {
        title: "Add hook",
        effect: "create",
        input: t.Object({ url: t.String(), secret: t.String({ "x-secret": true }) }),
        output: t.Object({ id: t.String() }),
      },
      post("/hooks", { body: ($) => ({ url: $.input.url, secret: $.input.secret }) }),
    ),
  },
  triggers: {
    newTicket: pollTrigger({
      title: "New ticket",
      settings,
      input: t.Object({ queue: t.Optional(t.String()) }),
      output: t.Object({ ticket: t.Integer() }),
      identity: ["/ticket"],
      source: { operation: "listTickets", with: ($) => ({ queue: $.input.queue }) },
      event: ($) => ({ ticket: $.item.id }),
      examples: [{ input: { queue: "sales" }, output: { ticket: 1 } }],
    }),
    changed: webhookTrigger({
      title: "Ticket changed",
      input: t.Object({}),
      output: t.Object({ id: t.Integer() }),
      subscribe: { operation: "addHook", with: ($) => ({ url: $.webhook.url, secret: $.webhook.secret }) },
      manual: "Remove it under Settings.",
      signature: { algorithm: "hmac-sha256", header: "X-Sign", encoding: "hex" },
      event: ($) => $.body.ticket,
      challenge: { when: "has(query.challenge)", body: ($) => $.query.challenge },
      examples: [{ input: {}, output: { id: 1 } }],
    }),
  },
});

test("a polled trigger and a webhook are written as data", () => {
  const { newTicket, changed } = connector.contract.triggers ?? {};
  expect(newTicket).toMatchObject({
    kind: "poll",
    firstRun: "skip",
    scopes: [],
    input: { additionalProperties: false },
    source: { operation: "listTickets", with: { queue: { $cel: "input.?queue" } } },
    event: { ticket: { $cel: "item.id" } },
  });
  expect(changed).toMatchObject({
    kind: "webhook",
    identity: [],
    subscribe: { operation: "addHook", with: { url: { $cel: "webhook.url" }, secret: { $cel: "webhook.secret" } } },
    event: { $cel: "body.ticket" },
    challenge: { when: "has(query.challenge)", body: { $cel: "query.challenge" } },
  });
});

test("schemes are written as data, with all that they may say", () => {
  expect(connector.contract.auth).toMatchObject({
    app: { kind: "oauth2", grant: "client_credentials", requiredScopes: ["read"], test: { operation: "listTickets" } },
    login: { kind: "session", ttl: "30m", fields: { required: ["user", "password"] }, revoke: { none: expect.any(String) } },
    both: { kind: "all", title: "Key and name", of: [{ kind: "apiKey", in: "body", field: "siteKey" }, { kind: "basic" }] },
  });
  expect(connector.contract.auth.app).not.toHaveProperty("title");
});

test("what a trigger's values may see is typed", () => {
  pollTrigger({
    title: "Typed",
    input: t.Object({ queue: t.String() }),
    output: t.Object({}),
    // @ts-expect-error the input has no such field
    source: { operation: "listTickets", with: ($) => ({ queue: $.input.queues }) },
  });
  const early = () =>
    webhookTrigger({
      title: "Typed",
      input: t.Object({}),
      output: t.Object({}),
      signature: { none: "sample" },
      // @ts-expect-error there is no subscription before it is made
      subscribe: { operation: "addHook", with: ($) => ({ id: $.subscription.id }) },
    });
  expect(early).toThrow(TypeError);
});
