// Pins: the main job. Rows that get lost or doubled, a mail sent twice, a vendor called too often, a secret that leaks.
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { runBirdStrikes } from "./examples/library.ts";
import { busiestWindow } from "./world/airports-server.ts";
import { mortise, startMortise } from "./world/mortise-process.ts";
import { startOtlpReceiver } from "./world/otlp-receiver.ts";
import { expectedTotals, openRealJobWorld, type RealJobWorld, smtpLogin, workflowFile } from "./world/real-job-world.ts";

const expected = expectedTotals();
let world: RealJobWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function open(options?: { readonly ratePerSecond?: number }): Promise<RealJobWorld> {
  world = await openRealJobWorld(options);
  return world;
}

function runArguments({ folder, connectionsFile, allow }: RealJobWorld, runId: string): readonly string[] {
  const egress = allow.flatMap((entry) => ["--allow-egress", entry]);
  return [
    "run",
    workflowFile,
    "--connections",
    connectionsFile,
    "--data",
    join(folder, "journal"),
    "--run",
    runId,
    "--json",
    ...egress,
  ];
}

async function expectEveryRowOnce({ query, rejected, inbox }: RealJobWorld): Promise<void> {
  const stored = await query<{ row_number: number }>("select row_number from bird_strikes");
  const refused = rejected().map(({ row }) => row.row_number);
  expect(refused.toSorted((a, b) => a - b)).toEqual(expected.rejected);
  expect(stored.length).toBe(expected.valid);
  const everyRow = [...stored.map(({ row_number }) => row_number), ...refused].sort((a, b) => a - b);
  expect(everyRow).toEqual(Array.from({ length: 10_000 }, (_, index) => index + 1));
  const totals = await query<{ state: string; strikes: number; cost: number }>(
    "select state, count(*)::int as strikes, sum(cost_total)::float8 as cost from bird_strikes group by state",
  );
  expect(new Map(totals.map(({ state, strikes, cost }) => [state, { strikes, cost }]))).toEqual(expected.states);
  expect(inbox.mails.length).toBe(1);
}

test("from the command line every row is in the database or in the dead letter, the totals are right, and one mail says so", async () => {
  const job = await open();
  const ended = await mortise(runArguments(job, "job-1"));
  expect(ended.stderr + ended.stdout).toContain('"succeeded"');
  expect(ended.code, ended.stderr + ended.stdout).toBe(0);
  expect(JSON.parse(ended.stdout)).toMatchObject({ ok: true, output: { rows: 10_000 } });
  await expectEveryRowOnce(job);
  expect(job.rejected()[0]?.reasons[0]).toContain("30");
  expect(job.inbox.mails[0]?.subject).toContain("10000");
  const texas = expected.states.get("Texas");
  expect(job.inbox.mails[0]?.text).toContain(`Texas: ${texas?.strikes} strikes, $${texas?.cost}`);
  const [airport] = await job.query<{ airport_code: string }>(
    "select airport_code from bird_strikes where airport = 'DALLAS/FORT WORTH INTL ARPT' limit 1",
  );
  expect(airport?.airport_code).toBe("DFW");
});

test("kill -9 at random moments, then again: it finishes, no row lost, none doubled, no mail sent twice", async () => {
  const job = await open();
  const moments = Array.from({ length: 4 }, () => 700 + Math.round(Math.random() * 2_300));
  for (const moment of moments) {
    const running = startMortise(runArguments(job, "job-2"));
    await new Promise((resolve) => setTimeout(resolve, moment));
    running.child.kill("SIGKILL");
    await running.finished;
  }
  const ended = await mortise(runArguments(job, "job-2"));
  expect(ended.code, `killed after ${moments.join(", ")} ms:\n${ended.stderr}${ended.stdout}`).toBe(0);
  await expectEveryRowOnce(job);
  const again = await mortise(runArguments(job, "job-2"));
  expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, status: "succeeded" });
  expect(job.inbox.mails.length).toBe(1);
});

test("no second has more calls than the budget, by the server's own log, and a vendor that fails costs no row", async () => {
  const job = await open({ ratePerSecond: 20 });
  job.airports.fault = ({ count }) => (count < 2 ? { status: 503 } : undefined);
  const ended = await mortise(runArguments(job, "job-3"));
  expect(ended.code, ended.stderr + ended.stdout).toBe(0);
  await expectEveryRowOnce(job);
  expect(job.airports.log.length).toBeGreaterThanOrEqual(50);
  expect(busiestWindow(job.airports.log, 1_000)).toBeLessThanOrEqual(20);
  expect(job.airports.log.slice(0, 2).map(({ status }) => status)).toEqual([503, 503]);
});

test("a vendor that answers 429 with Retry-After: 2 is not called for 2 seconds, and no row is lost", async () => {
  const job = await open();
  const throttled: number[] = [];
  job.airports.fault = ({ count }) => {
    if (count !== 20) return undefined;
    throttled.push(Date.now());
    return { status: 429, headers: { "retry-after": "2" } };
  };
  const ended = await mortise(runArguments(job, "job-4"));
  expect(ended.code, ended.stderr + ended.stdout).toBe(0);
  await expectEveryRowOnce(job);
  const [at] = throttled;
  // Calls that were on the wire already when the 429 left may still arrive within the time of one answer, on a busy machine a long one.
  const early = job.airports.log.filter(({ atMs }) => at !== undefined && atMs > at + 500 && atMs < at + 2_000);
  expect(early).toEqual([]);
});

test("the same workflow runs from 15 lines of library code", async () => {
  const job = await open();
  const ended = await runBirdStrikes(job, workflowFile);
  expect(ended).toMatchObject({ status: "succeeded", output: { rows: 10_000 } });
  await expectEveryRowOnce(job);
});

test("the spans of one run form one tree from the trigger to each attempt, and no secret is in any of them", async () => {
  const job = await open();
  const receiver = await startOtlpReceiver();
  try {
    const running = startMortise(runArguments(job, "job-5"), { env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
    const ended = await running.finished;
    expect(ended.code, ended.stderr).toBe(0);
    const ids = new Set(receiver.spans.map(({ spanId }) => spanId));
    const roots = receiver.spans.filter(({ parentSpanId }) => parentSpanId === undefined || !ids.has(parentSpanId));
    expect(roots.map(({ name }) => name)).toEqual(["mortise.trigger"]);
    expect(new Set(receiver.spans.map(({ traceId }) => traceId)).size).toBe(1);
    const names = new Set(receiver.spans.map(({ name }) => name));
    for (const name of ["mortise.trigger", "mortise.run", "mortise.step", "mortise.call", "mortise.attempt"])
      expect(names).toContain(name);
    const attempt = receiver.spans.find(
      ({ name, attributes }) => name === "mortise.attempt" && attributes["http.request.method"] === "GET",
    );
    expect(attempt?.attributes).toMatchObject({
      "http.response.status_code": expect.anything(),
      "server.address": "127.0.0.1",
      "mortise.attempt": expect.anything(),
      "mortise.wait_ms": expect.anything(),
    });
    const call = receiver.spans.find(({ name }) => name === "mortise.call");
    expect(call?.attributes).toMatchObject({ "mortise.connector": expect.any(String), "mortise.operation": expect.any(String) });
    const everything = `${receiver.bodies.join("\n")}\n${ended.stdout}\n${ended.stderr}`;
    expect(everything).not.toContain(smtpLogin.password);
    expect(everything).not.toContain(Buffer.from(smtpLogin.password).toString("base64"));
    expect(everything).not.toContain(Buffer.from(`\0${smtpLogin.user}\0${smtpLogin.password}`).toString("base64"));
  } finally {
    await receiver.close();
  }
});
