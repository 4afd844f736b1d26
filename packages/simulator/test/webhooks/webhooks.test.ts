// Pins: events that never arrive, go elsewhere, are signed wrongly, or start a workflow twice because they were delivered twice.
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { Contract, Json, Trigger } from "@mortise/contract";
import { createRuntime, type WebhookResult } from "@mortise/runtime";
import { afterEach, describe, expect, test } from "vitest";
import { createSimulator, type ScenarioChoice, virtualClock } from "../../src/index.ts";
import { CONTACTS, openWorld, type World } from "../contacts-contract.ts";

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0).toReversed()) await each.close();
});

/** An address that takes deliveries in as the runtime does, repeats aside. */
async function receiver(take: (headers: IncomingHttpHeaders, body: string, url: string) => WebhookResult) {
  const results: WebhookResult[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const result = take(request.headers, body, `http://${request.headers.host}${request.url}`);
    results.push(result);
    response.writeHead(result.kind === "refused" ? 401 : 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push({
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`, results };
}

interface Delivered {
  readonly world: World;
  readonly results: readonly WebhookResult[];
  readonly url: string;
  readonly subscription: Json;
  events(): readonly Json[];
  advance(ms: number): Promise<void>;
}

async function delivered(scenario: ScenarioChoice = []): Promise<Delivered> {
  const clock = virtualClock();
  const world = await openWorld({ scenario, clock }, { clock });
  closing.push(world);
  const known = new Set<string>();
  const { url, results } = await receiver((headers, rawBody, at) => {
    const result = world.runtime.receiveWebhook("acme/contactCreated", {
      headers,
      query: {},
      rawBody,
      url: at,
      secret: "whsec-1",
      nowMs: clock.now(),
      isKnown: (id) => known.has(id),
    });
    if (result.kind === "events") for (const id of result.delivery.ids) known.add(id);
    return result;
  });
  const connection = world.simulator.connectionFor();
  const subscribed = await world.runtime.subscribe("acme/contactCreated", { input: {}, connection, url, secret: "whsec-1" });
  if (subscribed.outcome !== "success") throw new Error(JSON.stringify(subscribed.error));
  return {
    world,
    results,
    url,
    subscription: subscribed.output.subscription,
    events: () => results.flatMap((each) => (each.kind === "events" ? each.events : [])),
    advance: (ms) => clock.advance(ms),
  };
}

describe("a delivery", () => {
  test("comes to the address that subscribed, signed so that the runtime takes it, until that unsubscribes", async () => {
    const { world, events, url, subscription } = await delivered();
    const { simulator, runtime } = world;
    expect(simulator.webhooks.subscriptions).toMatchObject([{ trigger: "contactCreated", url, secret: "whsec-1" }]);
    expect(await simulator.webhooks.emit("contactCreated", { name: "Ada", nothing: 1 })).toMatchObject([{ status: 200, url }]);
    expect(events()).toMatchObject([{ name: "Ada", email: expect.stringContaining("@") }]);
    const target = { input: {}, connection: simulator.connectionFor(), url, secret: "whsec-1", subscription };
    expect(await runtime.unsubscribe("acme/contactCreated", target)).toMatchObject({ outcome: "success" });
    expect(await simulator.webhooks.emit("contactCreated")).toEqual([]);
  });

  test("follows from a call where the scenario says so, with what was created", async () => {
    const rules = [{ on: { operations: ["createContact"] }, do: { emit: "contactCreated" } }];
    const { world, events } = await delivered({ format: "mortise.scenario/1", rules });
    const created = await world.output("createContact", { email: "ada@example.com", name: "Ada" });
    expect(events()).toEqual([created]);
  });

  test("that comes twice is one event", async () => {
    const { world, results, events } = await delivered("duplicate-webhooks");
    for (const name of ["Ada", "Bob"]) await world.simulator.webhooks.emit("contactCreated", { name });
    expect(results.map(({ kind }) => kind)).toEqual(["events", "ignored", "events", "ignored"]);
    expect(events()).toMatchObject([{ name: "Ada" }, { name: "Bob" }]);
  });

  test("that is signed with another secret is turned away", async () => {
    const { world, results, events } = await delivered({ format: "mortise.scenario/1", webhooks: { forged: 1 } });
    expect(await world.simulator.webhooks.emit("contactCreated")).toMatchObject([{ fault: "forged", status: 401 }]);
    expect([results[0]?.kind, events()]).toEqual(["refused", []]);
  });

  test("that is late comes when its time has come, and is taken", async () => {
    const { world, events, advance } = await delivered("late-webhooks");
    await world.simulator.webhooks.emit("contactCreated");
    expect([world.simulator.webhooks.deliveries.length, events().length]).toEqual([0, 0]);
    await advance(600_000);
    await expect
      .poll(() => world.simulator.webhooks.deliveries, { timeout: 120_000 })
      .toMatchObject([{ fault: "late", status: 200 }]);
    expect(events()).toHaveLength(1);
  });

  test("that is lost never comes; those that are shuffled all come, in another order", async () => {
    const lost = await delivered({ format: "mortise.scenario/1", webhooks: { lost: 1 } });
    expect(await lost.world.simulator.webhooks.emit("contactCreated")).toMatchObject([{ fault: "lost" }]);
    expect(lost.results).toEqual([]);
    const { world, events } = await delivered("shuffled-webhooks");
    const names = ["A", "B", "C", "D", "E"];
    for (const name of names) await world.simulator.webhooks.emit("contactCreated", { name });
    const seen = events().map((each) => (each as { readonly name: string }).name);
    expect([...seen].sort()).toEqual(names);
    expect(seen).not.toEqual(names);
  });

  test("goes to no other machine (W1), and for no trigger that there is not", async () => {
    const { world } = await delivered();
    const { webhooks } = world.simulator;
    for (const url of ["https://example.com/", "http://10.0.0.1/", "http://127.0.0.1.example.com/", "file:///etc/passwd"])
      expect(() => webhooks.register("contactCreated", { url, secret: "s" }), url).toThrow(/this machine only/);
    expect(() => webhooks.register("contactsCreated", { url: "http://127.0.0.1:1/", secret: "s" })).toThrow(/no webhook trigger/);
    await expect(webhooks.emit("nothing")).rejects.toMatchObject({ code: "UNKNOWN_REFERENCE" });
  });
});

describe("every kind of signature is one that the runtime takes", () => {
  type Signature = Extract<Trigger, { kind: "webhook" }>["signature"];
  test.each<readonly [string, Signature, string]>([
    ["none", { none: "the vendor signs nothing" }, "s"],
    ["hex of the body", { algorithm: "hmac-sha256", header: "X-Sig", encoding: "hex", prefix: "sha256=" }, "s"],
    ["base64, SHA-1", { algorithm: "hmac-sha1", header: "X-Sig", encoding: "base64" }, "s"],
    [
      "SHA-512 over address and body",
      { algorithm: "hmac-sha512", header: "X-Sig", encoding: "base64url", content: "{url}{body}" },
      "s",
    ],
    ["a token", { algorithm: "token", header: "X-Token", encoding: "text" }, "s3cret"],
    [
      "Standard Webhooks",
      {
        algorithm: "hmac-sha256",
        header: "webhook-signature",
        encoding: "base64",
        prefix: "v1,",
        content: "{id}.{timestamp}.{body}",
        idHeader: "webhook-id",
        timestamp: { header: "webhook-timestamp", as: "epoch_s" },
        secret: { encoding: "base64", prefix: "whsec_" },
      },
      "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ=",
    ],
    [
      "Ed25519 with a time",
      {
        algorithm: "ed25519",
        header: "X-Sig",
        encoding: "hex",
        content: "{timestamp}{body}",
        timestamp: { header: "X-Time", as: "date_time" },
      },
      "",
    ],
  ])("%s", async (_, signature, secret) => {
    const trigger = { ...CONTACTS.triggers?.contactCreated, signature, when: 'headers["x-kind"] == "made"' } as Trigger;
    const contract: Contract = { ...CONTACTS, triggers: { contactCreated: trigger } };
    const clock = virtualClock();
    const simulator = await createSimulator(contract, { clock });
    const runtime = createRuntime({ connectors: [{ contract, natives: {} }] });
    closing.push(simulator, runtime);
    const { url, results } = await receiver((headers, rawBody, at) =>
      runtime.receiveWebhook("acme/contactCreated", {
        headers,
        query: {},
        rawBody,
        url: at,
        secret: secret === "" ? simulator.webhooks.publicKey : secret,
        nowMs: clock.now(),
      }),
    );
    simulator.webhooks.register("contactCreated", { url, secret });
    await simulator.webhooks.emit("contactCreated");
    expect(results).toMatchObject([{ kind: "events", events: [{ email: expect.any(String) }] }]);
  });
});
