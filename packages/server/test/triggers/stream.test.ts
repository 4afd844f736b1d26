// Pins: a message that is acknowledged and lost, one that comes twice and runs twice, a broker that restarts and is never heard again.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { broker } from "../../../../connectors/mqtt/test/broker.ts";
import { serve } from "../../src/serve.ts";
import { ended, script } from "../support/client.ts";

const dataDir = mkdtempSync(join(tmpdir(), "mortise-stream-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
const patient = { timeout: 60_000, interval: 100 };

test("messages start runs, also those of a time when nobody listened, and one with a known id starts none", async () => {
  const plant = await broker();
  const open = async () => {
    const served = await serve({
      dataDir,
      port: 0,
      deployment: { egress: { allow: [`tcp://127.0.0.1:${plant.port}`] } },
    });
    return { served, send: script(served) };
  };
  const first = await open();
  const settings = { host: "127.0.0.1", port: plant.port, tls: false };
  await first.send("PUT", "/api/v1/connections/plant", { connector: "mqtt", auth: "none", settings });
  const document = {
    format: "mortise.workflow/1",
    name: "Orders",
    trigger: { use: "mqtt@1/message", connection: "plant", with: { topic: "plant/+/orders", clientId: "orders", id: "/order" } },
    nodes: {},
    output: { $cel: "trigger.body.payload" },
  };
  const { id } = (await first.send("POST", "/api/v1/workflows", { document })).json<{ id: string }>();
  const on = await first.send("POST", `/api/v1/workflows/${id}/activate`);
  expect(on.status, on.text).toBe(200);
  const orders = async ({ send }: typeof first) => {
    const { runs } = (await send("GET", `/api/v1/runs?workflow=${id}&limit=200`)).json<{ runs: { runId: string }[] }>();
    const all: number[] = [];
    for (const { runId } of runs) {
      await ended(send, runId);
      all.push((await send("GET", `/api/v1/runs/${runId}`)).json<{ output: { order: number } }>().output.order);
    }
    return all.toSorted((a, b) => a - b);
  };
  const publish = (order: number) => plant.publish(`plant/line-${order % 2}/orders`, JSON.stringify({ order }));

  // Only once it listens does the broker keep anything for it.
  await vi.waitFor(async () => {
    await publish(0);
    expect(await orders(first)).toEqual([0]);
  }, patient);
  for (let order = 1; order <= 10; order++) await publish(order);
  await publish(3);
  await vi.waitFor(async () => expect(await orders(first)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), patient);

  plant.cut();
  await publish(11);
  await vi.waitFor(async () => expect((await orders(first)).at(-1)).toBe(11), patient);
  await first.served.close();

  await publish(12);
  const second = await open();
  await vi.waitFor(async () => expect((await orders(second)).at(-1)).toBe(12), patient);
  expect(await orders(second)).toHaveLength(13);
  console.log("MQTT: 13 of 13 orders, over a cut and a restart, each once");
  await second.served.close();
  await plant.close();
});
