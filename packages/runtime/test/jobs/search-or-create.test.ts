// Pins: an item created twice, or an operation that is taken to be safer than what it creates with.
import type { Operation } from "@mortise/contract";
import { afterEach, expect, it } from "vitest";
import { createRuntime } from "../../src/index.ts";
import { json, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function contacts(
  answer: Parameters<typeof loopback>[0],
  { create = {}, ...whole }: Partial<Operation> & { create?: Partial<Operation> } = {},
) {
  const server = await loopback(answer);
  const connector = connectorOf({
    ensureContact: {
      effect: "create",
      idempotency: "none",
      searchOrCreate: {
        search: {
          operation: "findContacts",
          with: { email: { $cel: "input.email" } },
          item: { $cel: "size(output) > 0 ? output[0] : null" },
        },
        create: { operation: "createContact", with: { $cel: "input" } },
      },
      ...whole,
    },
    findContacts: { request: { method: "GET", url: at("/contacts"), query: { email: { $cel: "input.email" } } } },
    createContact: {
      effect: "create",
      idempotency: "none",
      input: { type: "object", properties: { token: { type: "string", "x-secret": true } } },
      request: { method: "POST", url: at("/contacts"), body: { $cel: "input" } },
      ...create,
    },
  });
  const runtime = createRuntime({ connectors: [connector], egress: { allow: [server.origin] } });
  open.push(server, runtime);
  const request = { connection: connectionTo(server.origin), input: { email: "ada@example.com" } };
  return { server, runtime, request, call: (more = {}) => runtime.call("sample/ensureContact", { ...request, ...more }) };
}

const methods = (seen: readonly { method: string }[]) => seen.map(({ method }) => method);

it("gives what it finds, and creates nothing", async () => {
  const { call, server } = await contacts((_, response) => json(response, [{ id: 1 }]));
  expect(await call()).toMatchObject({ output: { item: { id: 1 }, created: false }, meta: { attempts: 1 } });
  expect(methods(server.seen)).toEqual(["GET"]);
});

it("creates what it does not find", async () => {
  const { call, server } = await contacts(({ method, body }, response) =>
    json(response, method === "GET" ? [] : { id: 2, ...JSON.parse(body) }),
  );
  expect(await call()).toMatchObject({ output: { item: { id: 2, email: "ada@example.com" }, created: true } });
  expect(server.seen[0]?.url).toBe("/contacts?email=ada%40example.com");
});

it("searches once more where somebody else was quicker", async () => {
  const { call, server } = await contacts(({ method }, response, count) =>
    method === "POST" ? json(response, {}, 409) : json(response, count === 1 ? [] : [{ id: 3 }]),
  );
  expect(await call()).toMatchObject({ output: { item: { id: 3 }, created: false } });
  expect(methods(server.seen)).toEqual(["GET", "POST", "GET"]);
});

it("creates with the call's key and behind its commit point", async () => {
  const key = { key: "header", name: "Idempotency-Key" } as const;
  const keyed = await contacts(({ method }, response) => json(response, method === "GET" ? [] : {}), {
    idempotency: key,
    create: { idempotency: key },
  });
  await keyed.call({ idempotencyKey: "k1" });
  expect(keyed.server.seen[1]?.headers["idempotency-key"]).toBe("k1");
  const committed = await contacts(({ method }, response) => json(response, method === "GET" ? [] : {}));
  expect(await committed.call({ commit: async () => false })).toMatchObject({ outcome: "unknown" });
  expect(methods(committed.server.seen)).toEqual(["GET"]);
});

it("fails with the error of the search, and creates nothing then", async () => {
  const { call, server } = await contacts((_, response) => json(response, {}, 403));
  expect(await call()).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED", status: 403 } });
  expect(methods(server.seen)).toEqual(["GET"]);
});

it("shows both calls in a dry run, and sends none", async () => {
  const { call, server, request } = await contacts((_, response) => json(response, []));
  const input = { ...request.input, token: "tell-nobody" };
  const shown = await call({ dryRun: true, input });
  expect(shown).toMatchObject({
    output: {
      request: {
        search: { operation: "sample/findContacts", input: { email: "ada@example.com" } },
        create: { operation: "sample/createContact", input: { email: "ada@example.com" } },
      },
    },
  });
  expect(JSON.stringify(shown)).not.toContain("tell-nobody");
  expect(server.seen).toEqual([]);
});

it.each<[string, Parameters<typeof contacts>[1]]>([
  ["calls itself a read", { effect: "read", idempotency: "natural" }],
  ["calls itself natural where its creation is not", { idempotency: "natural" }],
  ["claims a key that its creation does not take", { idempotency: { key: "header", name: "K" } }],
  ["creates with a read", { create: { effect: "read", idempotency: "natural" } }],
])("is refused where it %s", async (_, parts) => {
  const { call, server } = await contacts((__, response) => json(response, []), parts);
  expect(await call()).toMatchObject({ outcome: "fault", error: { code: "UNSAFE_CONTRACT" } });
  expect(server.seen).toEqual([]);
});
