// Pins: what a real Prometheus makes of us: an endpoint that it cannot read, exemplars that it drops, and rules that fail when they are evaluated.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTelemetry, type Telemetry } from "../../src/telemetry/start-telemetry.ts";
import { rules } from "./queries.ts";
import { sampleRuntime } from "./sample-runtime.ts";

const RULES = join(import.meta.dirname, "..", "..", "telemetry", "prometheus");
const folder = mkdtempSync(join(tmpdir(), "mortise-prometheus-"));
let telemetry: Telemetry;
let served: Server;
let prometheus: ChildProcess;
let origin = "";

/** Serves metrics, and takes in spans. */
async function metricsServer(): Promise<Server> {
  const server = createServer(async (request, response) => {
    if (request.url !== "/metrics") return void request.resume().once("end", () => response.end("{}"));
    const { contentType, text } = await telemetry.metrics(request.headers.accept);
    response.writeHead(200, { "content-type": contentType }).end(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

beforeAll(async () => {
  served = await metricsServer();
  const target = `127.0.0.1:${(served.address() as AddressInfo).port}`;
  telemetry = await startTelemetry({ serviceName: "mortise", otlpEndpoint: `http://${target}` });
  const runtime = sampleRuntime();
  for (const name of ["works", "works", "fails"]) await runtime.call(`sample/${name}`, { input: {} });
  await runtime.close();
  // Evaluated at once, rather than once in half a minute.
  for (const file of readdirSync(RULES)) {
    const text = readFileSync(join(RULES, file), "utf8");
    writeFileSync(join(folder, file), text.replaceAll(/^ {4}interval: \w+$/gm, "    interval: 500ms"));
  }
  const config = {
    global: { scrape_interval: "500ms", scrape_timeout: "500ms", evaluation_interval: "500ms" },
    rule_files: [join(folder, "*.rules.yml")],
    scrape_configs: [{ job_name: "mortise", static_configs: [{ targets: [target] }] }],
  };
  writeFileSync(join(folder, "prometheus.yml"), JSON.stringify(config));
  const options = [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    "--web.listen-address=127.0.0.1:0",
  ];
  prometheus = spawn("prometheus", [...options, "--enable-feature=exemplar-storage"], { stdio: "ignore" });
  origin = `http://127.0.0.1:${await until(() => portOf(prometheus.pid ?? 0))}`;
});
afterAll(async () => {
  if (prometheus?.exitCode === null) {
    prometheus.kill("SIGKILL");
    await once(prometheus, "exit");
  }
  served?.closeAllConnections();
  await telemetry?.shutdown();
  served?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Asks again until there is an answer; the test's own limit ends it. */
async function until<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    await delay(50);
  }
}

/** The port that a process listens on, as the kernel has it. */
function portOf(pid: number): number | undefined {
  try {
    const fds = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
    const inodes = new Set(fds.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
    const lines = readFileSync(`/proc/${pid}/net/tcp`, "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/));
    const listening = lines.find(([, , , state, , , , , , inode]) => state === "0A" && inodes.has(inode ?? ""));
    return listening?.[1] === undefined ? undefined : Number.parseInt(listening[1].split(":")[1] ?? "", 16);
  } catch {
    return undefined;
  }
}

async function api<T>(path: string, query: Record<string, string> = {}): Promise<T | undefined> {
  const answer = await fetch(`${origin}/api/v1/${path}?${new URLSearchParams(query)}`).catch(() => undefined);
  if (answer?.ok !== true) return undefined;
  return ((await answer.json()) as { readonly data: T }).data;
}

test("Prometheus scrapes the endpoint and finds every call in it", async () => {
  const query = 'sum by (operation, attribution) (mortise_calls_total{job="mortise"})';
  const { result } = await until(async () => {
    const found = await api<{ result: { metric: Record<string, string>; value: [number, string] }[] }>("query", { query });
    return found === undefined || found.result.length === 0 ? undefined : found;
  });
  expect(Object.fromEntries(result.map(({ metric, value }) => [`${metric.operation} ${metric.attribution}`, value[1]]))).toEqual({
    "works ok": "2",
    "fails caller_error": "1",
  });
  const targets = await api<{ activeTargets: { health: string; lastError: string }[] }>("targets");
  expect(targets?.activeTargets).toMatchObject([{ health: "up", lastError: "" }]);
});

test("Prometheus keeps the trace of a call beside its latency", async () => {
  const query = 'mortise_call_duration_seconds_bucket{operation="works"}';
  const now = Date.now() / 1_000;
  const [found] = await until(async () => {
    const series = await api<{ exemplars: { labels: Record<string, string>; value: string }[] }[]>("query_exemplars", {
      query,
      start: String(now - 600),
      end: String(now + 600),
    });
    return series === undefined || series.length === 0 ? undefined : series;
  });
  expect(found?.exemplars[0]?.labels.trace_id).toMatch(/^[0-9a-f]{32}$/);
  expect(Number(found?.exemplars[0]?.value)).toBeGreaterThan(0);
});

test("Prometheus evaluates every rule without an error, and none fires for three calls", async () => {
  const groups = await until(async () => {
    const found = await api<{ groups: { rules: { name: string; health: string; lastError?: string; state?: string }[] }[] }>(
      "rules",
    );
    const all = found?.groups.flatMap((group) => group.rules) ?? [];
    return all.length > 0 && all.every(({ health }) => health !== "unknown") ? all : undefined;
  });
  expect(groups).toHaveLength(rules().length);
  expect(groups.filter(({ health, lastError }) => health !== "ok" || (lastError ?? "") !== "")).toEqual([]);
  expect(groups.filter(({ state }) => state === "firing")).toEqual([]);
});
