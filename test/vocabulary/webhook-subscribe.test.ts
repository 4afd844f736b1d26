// Pins: a subscription that is not made, renewed or ended at the vendor, a secret of it that shows, a forged event that is taken in.
import { createHmac } from "node:crypto";
import type { Json } from "@mortise/contract";
import { expect, onTestFinished, test } from "vitest";
import { type Answer, at, connect, contractOf, openVendor } from "./vendor.ts";

const SECRET = "hook-secret-4711";
const anyInput = { type: "object" } as const;

const contract = contractOf(
  {
    addHook: {
      effect: "create",
      idempotency: "none",
      input: anyInput,
      request: { method: "POST", url: at("/hooks"), body: { $cel: "input" } },
    },
    extendHook: {
      effect: "update",
      idempotency: "natural",
      input: anyInput,
      request: { method: "PUT", url: at("/hooks/${input.id}"), body: { extend: true } },
    },
    removeHook: {
      effect: "delete",
      idempotency: "natural",
      input: anyInput,
      request: { method: "DELETE", url: at("/hooks/${input.id}") },
    },
  },
  {
    triggers: {
      issueChanged: {
        kind: "webhook",
        title: "An issue has changed",
        scopes: [],
        input: { type: "object", required: ["project"], properties: { project: { type: "string" } } },
        output: { type: "object", required: ["id"], properties: { id: { type: "integer" }, title: { type: "string" } } },
        identity: ["/id"],
        subscribe: {
          operation: "addHook",
          with: {
            project: { $cel: "input.project" },
            target: { $cel: "webhook.url" },
            secret: { $cel: "webhook.secret" },
            base: { $cel: "settings.baseUrl" },
          },
        },
        unsubscribe: { operation: "removeHook", with: { id: { $cel: "subscription.id" } } },
        renew: { operation: "extendHook", with: { id: { $cel: "subscription.id" } }, ttl: "10d" },
        signature: { algorithm: "hmac-sha256", header: "X-Sign", encoding: "hex", prefix: "sha256=" },
        when: "headers['x-event'] == 'issue'",
        event: { $cel: "body.issue" },
        examples: [{ input: { project: "a" }, output: { id: 1 } }],
      },
      byHand: {
        kind: "webhook",
        title: "By hand",
        scopes: [],
        input: anyInput,
        output: anyInput,
        identity: [],
        manual: "Open Settings, Webhooks, and paste the address.",
        signature: { none: "The vendor signs nothing." },
        examples: [],
      },
    },
  },
);

test("a trigger subscribes with its address and secret, renews, takes in events, and ends its subscription", async () => {
  const hooks = new Map<string, { readonly [key: string]: Json }>();
  const vendor = await openVendor(({ method, path, body }): Answer => {
    const id = path.split("/")[2] ?? "";
    if (method === "POST") {
      hooks.set("h1", JSON.parse(body.toString()) as { readonly [key: string]: Json });
      return { status: 201, body: { id: "h1", ...hooks.get("h1") } };
    }
    if (!hooks.has(id)) return { status: 404, body: { message: "no such hook" } };
    if (method === "DELETE") hooks.delete(id);
    return method === "PUT" ? { body: { expires: "later" } } : { status: 204 };
  });
  onTestFinished(vendor.close);
  const now = 1_700_000_000_000;
  const clock = { now: () => now, sleep: async () => undefined };
  const { runtime, connection } = connect(contract, vendor, { clock });
  onTestFinished(() => runtime.close());
  const request = { connection, input: { project: "acme" }, url: "https://mortise.example/hooks/abc", secret: SECRET };

  const made = await runtime.subscribe("vendor/issueChanged", request);
  expect(hooks.get("h1")).toEqual({ project: "acme", target: request.url, secret: SECRET, base: vendor.origin });
  expect(made).toMatchObject({
    outcome: "success",
    output: { subscription: { id: "h1", secret: "[redacted]" }, renewAtMs: now + 9 * 86_400_000 },
  });
  if (made.outcome !== "success") throw new Error("not subscribed");
  const { subscription } = made.output;

  const deliver = (rawBody: string, event = "issue", key = SECRET) =>
    runtime.receiveWebhook("vendor/issueChanged", {
      headers: { "X-Event": event, "X-Sign": `sha256=${createHmac("sha256", key).update(rawBody).digest("hex")}` },
      query: {},
      rawBody,
      nowMs: now,
      secret: SECRET,
    });
  expect(deliver('{"issue":{"id":7,"title":"Leak"}}')).toMatchObject({ kind: "events", events: [{ id: 7, title: "Leak" }] });
  expect(deliver('{"issue":{"id":7}}', "comment")).toMatchObject({ kind: "ignored" });
  expect(deliver('{"issue":{"id":7}}', "issue", "forged")).toMatchObject({ kind: "refused" });

  expect(await runtime.renew("vendor/issueChanged", { ...request, subscription })).toMatchObject({
    outcome: "success",
    output: { subscription: { id: "h1", expires: "later" } },
  });
  const end = () => runtime.unsubscribe("vendor/issueChanged", { ...request, subscription });
  expect(await end()).toMatchObject({ outcome: "success" });
  expect(hooks.size).toBe(0);
  expect(await end()).toMatchObject({ outcome: "success" });
  expect(vendor.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "POST /hooks",
    "PUT /hooks/h1",
    "DELETE /hooks/h1",
    "DELETE /hooks/h1",
  ]);
});

test("a trigger that people set up at the vendor says what to do", async () => {
  const { runtime, connection } = connect(contract, { origin: "http://127.0.0.1:9" });
  onTestFinished(() => runtime.close());
  const made = await runtime.subscribe("vendor/byHand", {
    connection,
    input: {},
    url: "https://mortise.example",
    secret: SECRET,
  });
  expect(made).toMatchObject({ outcome: "fault", error: { remedy: "Open Settings, Webhooks, and paste the address." } });
});
