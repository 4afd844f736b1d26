// Pins: a secret of any way to sign in that a deployment shows or keeps where somebody may read it: in answers, pages, streams, logs, spans,
// metrics, runs, the database, files and the support bundle.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "@mortise/contract";
import { type Served, serve, supportBundle } from "@mortise/server";
import type { Workflow } from "@mortise/workflow";
import { context, metrics, propagation, trace } from "@opentelemetry/api";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openDatabase } from "../../packages/server/src/vault/open-database.ts";
import { ended, type Send, script } from "../../packages/server/test/support/client.ts";
import { Visitor } from "../../packages/server/test/support/visitor.ts";
import { testAuthority } from "../world/certificates.ts";
import { mortise } from "../world/mortise-process.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../world/otlp-receiver.ts";
import { canaryConnector } from "./canaries/connector.ts";
import { credentialFor } from "./canaries/credentials.ts";
import { CanaryLedger } from "./canaries/ledger.ts";
import { SCHEMES } from "./canaries/schemes.ts";
import { Places } from "./canaries/search.ts";
import { type HostileVendor, startHostileVendor } from "./canaries/vendor.ts";

const ledger = new CanaryLedger();
const places = new Places();
const dataDir = mkdtempSync(join(tmpdir(), "mortise-canaries-"));
const names = Object.keys(SCHEMES);
const credentials = new Map<string, Record<string, string>>();
const settings = new Map<string, JsonObject>();
const ada = new Visitor();
let vendor: HostileVendor;
let otlp: OtlpReceiver;
let served: Served;
let send: Send;

beforeAll(async () => {
  otlp = await startOtlpReceiver();
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", otlp.url);
  const authority = await testAuthority();
  vendor = await startHostileVendor(ledger, authority);
  const secret = { tenantKey: ledger.mint("settings", "tenantKey"), nested: { deepKey: ledger.mint("settings", "deepKey") } };
  for (const name of names) {
    const scheme = SCHEMES[name] as (typeof SCHEMES)[string];
    const credential = await credentialFor(name, scheme, ledger, { ca: authority.ca, client: () => authority.client("ada") });
    credentials.set(name, credential);
    const baseUrl = credential.ca === undefined ? vendor.origin : vendor.tlsOrigin;
    settings.set(name, { baseUrl, who: name, ...(name === "keyAlso" ? secret : {}) });
  }
  served = await serve({
    dataDir,
    port: 0,
    connectors: [canaryConnector()],
    deployment: { egress: { allow: [vendor.origin, vendor.tlsOrigin] } },
    log: (line) => places.add("log", line),
  });
  send = script(served);
  await ada.visit(served.signInUrl);
}, 120_000);
afterAll(async () => {
  await served?.close();
  await vendor?.close();
  await otlp?.close();
  vi.unstubAllEnvs();
  rmSync(dataDir, { recursive: true, force: true });
  trace.disable();
  metrics.disable();
  context.disable();
  propagation.disable();
});

interface Shown {
  readonly status: number;
  readonly json: <T>() => T;
}

/** A request of a page of the server's own; everything that came back is kept. */
async function ask(method: string, path: string, body?: unknown): Promise<Shown> {
  const answer = await ada.api(method, `${served.url}/api/v1/${path}`, body);
  const text = await answer.text();
  places.add("answers", [...answer.headers].join("\n"), text);
  return { status: answer.status, json: () => JSON.parse(text) };
}

async function look(url: string): Promise<string> {
  const answer = await ada.visit(url);
  places.add("pages", [...answer.headers].join("\n"), await answer.text());
  return answer.headers.get("location") ?? "";
}

const connectionOf = (name: string) => ({
  connector: "canary",
  auth: name,
  settings: settings.get(name),
  credential: credentials.get(name),
});

async function signIn(name: string): Promise<void> {
  const scheme = SCHEMES[name];
  if (scheme?.kind !== "oauth2") return;
  if (scheme.grant === "device_code") {
    const { id } = (await ask("POST", `connections/${name}/device`, {})).json<{ id: string }>();
    await expect
      .poll(async () => (await ask("GET", `connections/${name}/device/${id}`)).json<{ status: string }>().status, {
        timeout: 20_000,
      })
      .not.toBe("pending");
  }
  if (scheme.grant !== "authorization_code") return;
  const { id, url } = (await ask("POST", `connections/${name}/authorize`, { mode: "popup" })).json<{ id: string; url: string }>();
  await look(served.url + url);
  await ask("GET", `connect/${id}`);
  const { authorizeUrl } = (await ask("POST", `connect/${id}/continue`, { scopes: ["read"] })).json<{ authorizeUrl: string }>();
  const away = await fetch(authorizeUrl, { redirect: "manual" });
  await look(new URL(await look(away.headers.get("location") ?? ""), served.url).href);
  await ask("GET", `connect/${id}/status`);
  await ask("POST", `connect/${id}/decide`, { replace: true });
}

/** Calls that succeed, fail one after the other and are caught, a stream that is read, and at last one that fails the run. */
function workflowFor(name: string): Workflow {
  const use = name === "fields" ? "canary/local" : "canary/read";
  const inputs: readonly JsonObject[] =
    name === "fields"
      ? ["ok", "throws", "breaks", "odd"].map((how) => ({ how }))
      : ["ok", "401", "422", "500", "html", "bytes", "garbage"].map((mode) => ({ mode }));
  const tried = inputs.map((input, n) => {
    const nodes = { [`one${n}`]: { use, connection: name, with: input } };
    const caught = { [`seen${n}`]: { use: "core/map", with: { value: { $cel: "error" } } } };
    return [`call${n}`, { use: "core/try", with: { nodes, catch: caught } }];
  });
  return {
    format: "mortise.workflow/1",
    name: `Canary ${name}`,
    trigger: { use: "manual" },
    nodes: { ...Object.fromEntries(tried), last: { use, connection: name, with: inputs[2] ?? {} } },
    output: { $cel: "steps" },
  } as unknown as Workflow;
}

async function run(document: Workflow): Promise<string> {
  const { id } = (await ask("POST", "workflows", { document })).json<{ id: string }>();
  const started = await ask("POST", `workflows/${id}/runs`, { input: { name: "ada-visible" } });
  const { runId } = started.json<{ runId: string }>();
  expect(started.status, JSON.stringify(started.json())).toBe(202);
  await ended(send, runId);
  await ask("GET", `runs/${runId}`);
  const events = await ada.visit(`${served.url}/api/v1/runs/${runId}/events`);
  places.add("events", await events.text());
  await ask("GET", `workflows/${id}`);
  await ask("DELETE", `workflows/${id}`);
  return runId;
}

describe("a deployment whose vendor repeats everything", () => {
  it.each(names)(
    "connects, tests, calls and refreshes with %s",
    async (name) => {
      if (name === "keyAlso") {
        const refused = await ask("PUT", `connections/${name}`, connectionOf(name));
        expect(refused.json()).toMatchObject({
          code: "INVALID_VALUE",
          diagnostics: [{ path: "/settings/tenantKey" }, { path: "/settings/nested/deepKey" }],
        });
        settings.set(name, { baseUrl: vendor.origin, who: name });
      }
      expect((await ask("PUT", `connections/${name}`, connectionOf(name))).status).toBe(204);
      await signIn(name);
      const tested = (await ask("POST", `connections/${name}/test`, {})).json<{ outcome: string; message: string }>();
      expect(tested, tested.message).toMatchObject({ outcome: "success" });
      await run(workflowFor(name));
      if (name !== "fields")
        for (const [path, field] of [
          ["options", "one"],
          ["options", "bad"],
          ["fields", "row"],
        ] as const)
          await ask("POST", `catalog/${path}`, {
            operation: "canary/choose",
            connection: name,
            field: `/properties/${field}`,
            input: {},
          });
      for (const word of [500, "invalid_grant"] as const) {
        vendor.refusals.set(name, word);
        await ask("POST", `connections/${name}/test`, {});
        await signIn(name).catch(() => undefined);
      }
      vendor.refusals.delete(name);
    },
    60_000,
  );

  it("answers what is asked wrongly, rotates, disconnects", async () => {
    for (const name of ["keyHeader", "basic", "code", "aws"]) {
      const credential = credentials.get(name) as Record<string, string>;
      await ask("PUT", "connections/wrong", {
        ...connectionOf(name),
        credential: { ...credential, nonsense: credential.apiKey ?? "x" },
      });
      await ask("PUT", "connections/wrong", { ...connectionOf(name), auth: "nonsense", credential });
      await ask("PUT", "connections/wrong", { ...connectionOf(name), settings: { baseUrl: 7, who: { ...credential } } });
      await ask("PUT", `connections/${Object.values(credential)[0]?.slice(0, 6)}`, { ...connectionOf(name), credential: 7 });
      const answer = await fetch(`${served.url}/api/v1/connections/wrong`, {
        method: "PUT",
        headers: { "content-type": "application/json", authorization: `Bearer ${served.apiToken}` },
        body: JSON.stringify(connectionOf(name)).slice(0, -3),
      });
      places.add("answers", await answer.text());
      await ask("POST", `connections/${name}/rotate`, { credential, overlap: "1h" });
      await ask("POST", `connections/${name}/rotate/finish`);
    }
    for (const path of [
      "connections",
      "connections/events",
      "runs",
      "workflows",
      "session",
      "health",
      "catalog/connectors/canary",
      "vault",
    ])
      await ask("GET", path);
    for (const path of ["/", "/connections", "/runs", "/metrics", "/oauth/client-metadata.json", "/connect/turned-away?why=used"])
      await look(served.url + path);
  }, 60_000);
});

/** The whole database as text: each row of each table of each schema. */
async function dumpDatabase(): Promise<void> {
  const { pool, close } = await openDatabase({ dataDir });
  try {
    const { rows: tables } = await pool.query<{ name: string }>(
      "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
    );
    expect(tables.length).toBeGreaterThan(15);
    for (const { name } of tables) {
      const { rows } = await pool.query<{ row: string }>(`select row_to_json(t)::text as row from ${name} t`);
      places.add(`database ${name}`, ...rows.map(({ row }) => row));
    }
    const { rows } = await pool.query<{ query: string }>("select query from pg_stat_activity");
    places.add("database activity", ...rows.map(({ query }) => query ?? ""));
  } finally {
    await close();
  }
}

/** Everything in the data folder but the key, what the database keeps in its own form included. */
function readFolder(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) readFolder(path);
    else if (entry.isFile() && !/\.key$|^key/.test(entry.name) && statSync(path).size > 0)
      places.add(
        path.includes("/pg") || path.includes("postgres") ? "files of the database" : `file ${entry.name}`,
        readFileSync(path, "latin1"),
      );
  }
}

describe("of all that is left behind", () => {
  beforeAll(async () => {
    places.add("metrics", (await send("GET", "/metrics")).text);
    await dumpDatabase();
    places.add("support bundle", JSON.stringify(await supportBundle({ dataDir })));
    const doctor = await mortise(["doctor", "--data", dataDir, "--bundle", join(dataDir, "bundle.json")], { cwd: dataDir });
    places.add("doctor", doctor.stdout, doctor.stderr);
    for (const name of names) await ask("DELETE", `connections/${name}`);
    await served.close();
    readFolder(dataDir);
    places.add("spans", ...otlp.bodies);
  }, 120_000);

  it("nothing holds a canary", () => {
    const found = places.search(ledger.all);
    console.log(`canaries: ${ledger.all.length}, places searched: ${places.bytes} bytes, hits: ${found.length}`);
    console.log(places.sizes);
    for (const { place, canary, around } of found.slice(0, 100))
      console.log(`${place}: ${canary}\n    ${JSON.stringify(around)}`);
    expect(ledger.all.length).toBeGreaterThanOrEqual(200);
    expect([...new Set(found.map(({ place, canary }) => `${place}: ${canary}`))]).toEqual([]);
  }, 60_000);

  it("what is no secret is there, so that not everything is hidden", () => {
    for (const place of ["answers", "events", "spans", "support bundle"])
      expect(places.sizes[place], place).toBeGreaterThan(1_000);
    expect(places.has("ada-visible")).toEqual(expect.arrayContaining(["answers", "events"]));
    expect(places.has("[redacted]")).toEqual(expect.arrayContaining(["answers", "events"]));
    expect(places.has("mortise.attempt")).toContain("spans");
  });
});
