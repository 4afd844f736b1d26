// Pins: a server that loses a run when it is killed, leaves something behind when it is stopped, or starts twice on one folder.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { mortise, type RunningMortise, startMortise, waitForOutput } from "./world/mortise-process.ts";
import { expectedTotals } from "./world/real-job-world.ts";

const expected = expectedTotals();
let folder: string;
let running: RunningMortise | undefined;
let base = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mortise-serve-"));
  chmodSync(folder, 0o711);
});
afterEach(async () => {
  running?.child.kill("SIGTERM");
  await running?.finished;
  running = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  running = startMortise(["serve", "--demo", "--port", "0", "--data", folder]);
  const [, url] = await waitForOutput(running, /Open (http:\/\/127\.0\.0\.1:\d+)\/signin\?token=/);
  base = url ?? "";
}

async function api<T>(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<T> {
  const response = await fetch(`${base}/api/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${readFileSync(join(folder, "api-token"), "utf8").trim()}`,
      "content-type": "application/json",
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

interface ListedRun {
  readonly runId: string;
  readonly status: string;
  readonly trigger: string;
  readonly error?: object;
}

async function listed(find: (runs: readonly ListedRun[]) => ListedRun | undefined, withinMs = 60_000): Promise<ListedRun> {
  const until = Date.now() + withinMs;
  for (;;) {
    const { runs } = await api<{ runs: readonly ListedRun[] }>("GET", "runs?workflow=bird-strikes");
    const found = find(runs);
    if (found) return found;
    if (Date.now() > until) throw new Error(`There is no such run: ${JSON.stringify(runs)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const ended = (find: (runs: readonly ListedRun[]) => ListedRun | undefined): Promise<ListedRun> =>
  listed((runs) => {
    const found = find(runs);
    return found?.status === "running" ? undefined : found;
  });

function rejectedRows(): readonly number[] {
  const lines = readFileSync(join(folder, "files", "rejected.jsonl"), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => (JSON.parse(line) as { row: { row_number: number } }).row.row_number).sort((a, b) => a - b);
}

test("kill -9 in the middle of a run, then a start: the run goes on to its end, every row once, one mail at most", async () => {
  await start();
  const { runId } = await api<{ runId: string }>("POST", "workflows/bird-strikes/runs", {});
  await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 900));
  running?.child.kill("SIGKILL");
  await running?.finished;
  await start();
  const run = await ended((runs) => runs.find((one) => one.runId === runId));
  expect(run, JSON.stringify(run)).toMatchObject({ status: "succeeded" });
  expect(await api("GET", "demo/tables/bird_strikes?limit=1")).toMatchObject({ count: expected.valid });
  expect(rejectedRows()).toEqual(expected.rejected);
  const { mails } = await api<{ mails: readonly object[] }>("GET", "demo/inbox");
  expect(mails.length).toBeLessThanOrEqual(1);
});

test("the same workflow runs on a schedule", async () => {
  await start();
  const { document } = await api<{ document: object }>("GET", "workflows/bird-strikes");
  const scheduled = { ...document, trigger: { use: "schedule", with: { cron: "*/2 * * * * *", timeZone: "Europe/Berlin" } } };
  await api("PUT", "workflows/bird-strikes", { document: scheduled }, { "if-match": '"1"' });
  await api("POST", "workflows/bird-strikes/activate");
  // On a busy machine a run may take longer than two seconds: those that come meanwhile are not waited for.
  const { runId } = await listed((runs) => runs.findLast(({ trigger }) => trigger === "schedule"));
  await api("POST", "workflows/bird-strikes/deactivate");
  const run = await ended((runs) => runs.find((one) => one.runId === runId));
  expect(run).toMatchObject({ status: "succeeded" });
  expect(await api("GET", "demo/tables/bird_strikes?limit=1")).toMatchObject({ count: expected.valid });
});

test("a second start in the same folder says where the first one runs, and Ctrl-C stops everything", async () => {
  await start();
  const second = await mortise(["serve", "--demo", "--port", "0", "--data", folder]);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(base);
  running?.child.kill("SIGINT");
  expect((await running?.finished)?.code).toBe(0);
  expect(await processesOf(folder)).toEqual([]);
});

test("a port that is asked for and taken is an error that says so", async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const { port } = holder.address() as { port: number };
  const refused = await mortise(["serve", "--port", String(port), "--data", folder, "--json"]);
  holder.close();
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.stdout)).toMatchObject({
    error: { code: "PORT_IN_USE", message: expect.stringContaining(String(port)) },
  });
});

/** Command lines that name the folder. */
async function processesOf(name: string): Promise<readonly string[]> {
  const lines = await Promise.all(
    (await readdir("/proc"))
      .filter((pid) => /^\d+$/.test(pid))
      .map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return lines.filter((line) => line.includes(name));
}
