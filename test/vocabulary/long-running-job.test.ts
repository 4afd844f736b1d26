// Pins: a job that is started twice, not waited for, or left running by a call that was cancelled.
import type { Operation } from "@mortise/contract";
import { expect, it } from "vitest";
import { virtualClock } from "../../packages/runtime/test/virtual-clock.ts";
import { closeAfter } from "./lists.ts";
import { type Answer, at, connect, contractOf, openVendor } from "./vendor.ts";

const wait: Operation["wait"] = {
  poll: { operation: "getExport", with: { id: { $cel: "output.id" } } },
  done: "polled.state == 'ready'",
  failed: "polled.state == 'broken'",
  messageFrom: "/why",
  every: "5s",
  timeout: "1h",
  fetch: { operation: "download", with: { path: { $cel: "polled.path" } } },
  cancel: { operation: "cancelExport", with: { id: { $cel: "output.id" } } },
};

const contract = contractOf({
  exportRows: {
    output: { type: "object", properties: { rows: { type: "array" } } },
    request: { method: "POST", url: at("/exports"), body: { table: { $cel: "input.table" } } },
    wait,
  },
  getExport: { request: { method: "GET", url: at("/exports/${input.id}") } },
  download: { request: { method: "GET", url: { $text: "${settings.baseUrl}/files/${input.path}" } } },
  cancelExport: { effect: "delete", request: { method: "DELETE", url: at("/exports/${input.id}") } },
});

async function exporter(states: readonly string[], onSleep?: (ms: number, count: number) => void) {
  let polls = 0;
  const vendor = await openVendor(({ method, path }): Answer => {
    if (method === "POST") return { status: 202, body: { id: "e1" } };
    if (path.startsWith("/files")) return { body: { rows: [1, 2, 3] } };
    if (method === "DELETE") return { status: 204 };
    return { body: { state: states[Math.min(polls++, states.length - 1)] ?? "", path: "f1", why: "disk full" } };
  });
  const clock = virtualClock("2026-01-31T12:00:00Z", onSleep);
  const { runtime, connection } = connect(contract, vendor, { clock });
  closeAfter(runtime, vendor);
  return { vendor, clock, runtime, request: { connection, input: { table: "orders" } } };
}

it("starts the job, polls until it has ended, and gives the result it fetches", async () => {
  const { vendor, clock, runtime, request } = await exporter(["queued", "running", "ready"]);
  expect(await runtime.call("vendor/exportRows", request)).toMatchObject({ outcome: "success", output: { rows: [1, 2, 3] } });
  const polls = Array(3).fill("GET /exports/e1");
  expect(vendor.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /exports", ...polls, "GET /files/f1"]);
  expect(clock.slept).toEqual([5_000, 5_000, 5_000]);
});

it("tells the vendor's reason where the job fails, and how long it waited where it never ends", async () => {
  const broken = await exporter(["broken"]);
  const failed = await broken.runtime.call("vendor/exportRows", broken.request);
  expect(failed).toMatchObject({ outcome: "poison", error: { message: expect.stringContaining("disk full") } });
  const endless = await exporter(["running"]);
  expect(await endless.runtime.call("vendor/exportRows", endless.request)).toMatchObject({
    outcome: "sick",
    error: { code: "JOB_TIMEOUT" },
  });
  expect(endless.vendor.seen.at(-1)).toMatchObject({ method: "DELETE", path: "/exports/e1" });
});

it("stops the job where the call is cancelled", async () => {
  const stop = new AbortController();
  const { vendor, runtime, request } = await exporter(["running"], (_, count) => count === 2 && stop.abort());
  expect(await runtime.call("vendor/exportRows", { ...request, signal: stop.signal })).toMatchObject({
    outcome: "sick",
    error: { code: "CALL_CANCELLED" },
  });
  expect(vendor.seen.at(-1)).toMatchObject({ method: "DELETE", path: "/exports/e1" });
});
