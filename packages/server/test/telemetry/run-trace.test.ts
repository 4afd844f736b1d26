// Pins: a run whose trace breaks off at the server's own door, and a header of anybody's that breaks a run.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../../../../test/world/otlp-receiver.ts";
import { type Served, serve } from "../../src/serve.ts";
import { ended, type Send, script } from "../support/client.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const dataDir = mkdtempSync(join(tmpdir(), "mortise-run-trace-"));
let receiver: OtlpReceiver;
let served: Served;
let send: Send;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  served = await serve({ dataDir, port: 0, deployment: { telemetry: { otlpEndpoint: receiver.url } } });
  send = script(served);
});
afterAll(async () => {
  await served?.close();
  await receiver?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test("a run goes on with the trace of whoever starts it over the API, and with one of its own where that is none", async () => {
  const document = {
    format: "mortise.workflow/1",
    name: "Traced",
    trigger: { use: "manual" },
    nodes: { one: { use: "core/map", with: { value: 1 } } },
  };
  const { id } = (await send("POST", "/api/v1/workflows", { document })).json<{ id: string }>();
  const run = async (traceparent: string) => {
    const answer = await send("POST", `/api/v1/workflows/${id}/runs`, {}, { traceparent });
    const { runId } = answer.json<{ runId: string }>();
    expect((await ended(send, runId)).run.status).toBe("succeeded");
    return runId;
  };
  const followed = await run(`00-${TRACE}-b7ad6b7169203331-01`);
  const alone = await run("00-nonsense-01");
  await served.close();
  const traceOf = (runId: string) =>
    new Set(receiver.spans.filter(({ attributes }) => attributes["mortise.run_id"] === runId).map(({ traceId }) => traceId));
  expect([...traceOf(followed)]).toEqual([TRACE]);
  const [own, ...others] = traceOf(alone);
  expect(own).toMatch(/^[0-9a-f]{32}$/);
  expect(own).not.toBe(TRACE);
  expect(others).toEqual([]);
});
