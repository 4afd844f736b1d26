// Pins: a simulator that cannot be looked into from another process, or that a page in a browser can steer.
import { afterEach, expect, test } from "vitest";
import { CONTROL, createSimulator, type Simulator, type SimulatorOptions, virtualClock } from "../../src/index.ts";
import { CONTACTS } from "../contacts-contract.ts";

const open: Simulator[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function steered(options: SimulatorOptions = {}) {
  const simulator = await createSimulator(CONTACTS, options);
  open.push(simulator);
  const ask = async (method: string, path: string, body?: unknown, headers: { readonly [name: string]: string } = {}) => {
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const answer = await fetch(`${simulator.origin}${CONTROL}${path}`, init);
    const text = await answer.text();
    return { status: answer.status, body: (text === "" ? undefined : JSON.parse(text)) as unknown };
  };
  return { simulator, ask };
}

test("state, scenario, requests, webhooks and a virtual clock are read and set over HTTP", async () => {
  const { simulator, ask } = await steered({ clock: virtualClock({ start: "2026-01-01T00:00:00Z" }) });
  const contacts = [{ id: "c1", name: "Ada", email: "ada@example.com" }];
  expect(
    await ask("PUT", "/state", { format: "mortise.simulator-state/1", collections: { "/contacts": contacts } }),
  ).toMatchObject({ status: 204 });
  expect(simulator.state.find("/contacts", "c1")).toMatchObject({ name: "Ada" });
  expect(await ask("GET", "/state")).toMatchObject({ body: { collections: { "/contacts": { entities: [{ key: "c1" }] } } } });
  expect(await ask("PUT", "/scenario", ["flaky", "clock-ahead"])).toMatchObject({ status: 204 });
  expect(simulator.scenario).toMatchObject({ clock: { skew: "1h" }, rules: [{ when: { rate: 0.2 } }] });
  expect(await ask("PUT", "/scenario", "flakey")).toMatchObject({
    status: 422,
    body: { error: { code: "INVALID_DOCUMENT", remedy: 'Did you mean "flaky"?' } },
  });
  await fetch(`${simulator.origin}/contacts/c1`);
  expect(await ask("GET", "/requests")).toMatchObject({ body: [{ operation: "getContact", status: 401, faults: [] }] });
  expect(await ask("POST", "/clock", { by: "1h" })).toMatchObject({ status: 200, body: { clock: "2026-01-01T01:00:00.000Z" } });
  expect(await ask("POST", "/webhooks/contactCreated", { url: "http://127.0.0.1:1/", secret: "s3cret" })).toMatchObject({
    status: 201,
  });
  const webhooks = await ask("GET", "/webhooks");
  expect(webhooks).toMatchObject({ body: { subscriptions: [{ trigger: "contactCreated" }] } });
  expect(JSON.stringify(webhooks)).not.toContain("s3cret");
  expect(await ask("POST", "/events/contactCreated", { name: "Bob" })).toMatchObject({
    body: [{ status: 0, event: { name: "Bob" } }],
  });
  expect(await ask("DELETE", "/state")).toMatchObject({ status: 204 });
  expect(await ask("GET", "/")).toMatchObject({ body: { connector: "acme", collections: [], isVirtual: true } });
});

test("what is wrong is said: no such path, no JSON, another machine's clock, an address elsewhere", async () => {
  const { simulator, ask } = await steered();
  expect(await ask("GET", "/stat")).toMatchObject({
    status: 404,
    body: { error: { message: expect.stringContaining("/state") } },
  });
  expect(await ask("POST", "/clock", { by: "1h" })).toMatchObject({ status: 409 });
  expect(await ask("POST", "/webhooks/contactCreated", { url: "http://example.com/" })).toMatchObject({ status: 422 });
  expect((await fetch(`${simulator.origin}${CONTROL}/state`, { method: "PUT", body: "{" })).status).toBe(400);
});

test("pages of a browser are refused, and so is a vendor's host name", async () => {
  const { simulator, ask } = await steered();
  expect(await ask("GET", "/state", undefined, { origin: "https://evil.example" })).toMatchObject({ status: 403 });
  expect(await ask("DELETE", "/state", undefined, { "sec-fetch-site": "cross-site" })).toMatchObject({ status: 403 });
  const { request } = await import("node:http");
  const status = await new Promise((resolve) => {
    const { port } = new URL(simulator.origin);
    request({ port, path: `${CONTROL}/state`, headers: { host: "rebound.example" } }, (answer) =>
      resolve(answer.resume().statusCode),
    ).end();
  });
  expect(status).toBe(404);
});
