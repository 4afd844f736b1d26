// Pins: a secret of any way to sign in that comes back out of the runtime, because another system repeats what it was sent, or an error holds
// what it should not.
import { inspect } from "node:util";
import type { JsonObject } from "@mortise/contract";
import { checkContract } from "@mortise/contract/validation";
import { type Connection, createRuntime, type Runtime } from "@mortise/runtime";
import { createSandbox, customCode, type Sandbox } from "@mortise/sandbox";
import { context, metrics, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testAuthority } from "../world/certificates.ts";
import { canaryConnector } from "./canaries/connector.ts";
import { credentialFor } from "./canaries/credentials.ts";
import { CanaryLedger } from "./canaries/ledger.ts";
import { SCHEMES } from "./canaries/schemes.ts";
import { Places } from "./canaries/search.ts";
import { type HostileVendor, startHostileVendor } from "./canaries/vendor.ts";

const ledger = new CanaryLedger();
const places = new Places();
const exporter = new InMemorySpanExporter();
const connections = new Map<string, Connection>();
const connector = canaryConnector();
let vendor: HostileVendor;
let runtime: Runtime;
let sandbox: Sandbox;

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  const authority = await testAuthority();
  vendor = await startHostileVendor(ledger, authority);
  const tenantKey = ledger.mint("keyAlso", "tenantKey");
  const deepKey = ledger.mint("keyAlso", "deepKey");
  for (const [name, scheme] of Object.entries(SCHEMES)) {
    const credential = await credentialFor(name, scheme, ledger, { ca: authority.ca, client: () => authority.client("ada") });
    const baseUrl = credential.ca === undefined ? vendor.origin : vendor.tlsOrigin;
    const more: JsonObject = name === "keyAlso" ? { tenantKey, nested: { deepKey } } : {};
    connections.set(name, { name, connector: "canary", auth: name, settings: { baseUrl, who: name, ...more }, credential });
  }
  sandbox = createSandbox();
  runtime = createRuntime({
    connectors: [connector],
    connections: async (name) => connections.get(name),
    customCode: customCode(sandbox),
    egress: { allow: [vendor.origin, vendor.tlsOrigin] },
    clock: { now: Date.now, sleep: async () => undefined },
    credentialStore: {
      save: async (name, _tenant, credential) => {
        const before = connections.get(name);
        if (before !== undefined) connections.set(name, { ...before, credential });
      },
    },
  });
}, 60_000);
afterAll(async () => {
  await runtime?.close();
  await sandbox?.close();
  await vendor?.close();
  trace.disable();
  metrics.disable();
  context.disable();
  propagation.disable();
});

/** Keeps what something came to: the value as JSON and as Node would print it, with all that hangs on an error. */
async function keep<T>(place: string, work: Promise<T>): Promise<T | undefined> {
  try {
    const value = await work;
    places.add(place, JSON.stringify(value) ?? "", inspect(value, { depth: 10, maxStringLength: null }));
    return value;
  } catch (error) {
    places.add(
      `${place}, thrown`,
      JSON.stringify(error) ?? "",
      inspect(error, { depth: 10, showHidden: true, maxStringLength: null }),
      String((error as Error).stack),
    );
    return undefined;
  }
}

const MODES = [
  "ok",
  "400",
  "401",
  "403",
  "409",
  "422",
  "429",
  "500",
  "503",
  "html",
  "escaped",
  "large",
  "bytes",
  "garbage",
  "moved",
  "away",
  "resets",
  "codeFails",
];

async function pages(name: string, operation: string): Promise<void> {
  await keep(
    "pages",
    (async () => {
      const found = [];
      for await (const page of runtime.stream(`canary/${operation}`, { connection: name, input: {} })) found.push(page);
      return found;
    })(),
  );
}

/** Signs in where a person takes part, as a browser would. */
async function connectPerson(name: string): Promise<boolean> {
  const scheme = SCHEMES[name];
  if (scheme?.kind !== "oauth2") return false;
  const connection = connections.get(name) as Connection;
  if (scheme.grant === "device_code") {
    const device = await runtime.startDeviceAuthorization({ connection });
    const credential = await runtime.finishDeviceAuthorization({ connection, device });
    connections.set(name, { ...connection, credential });
    return true;
  }
  if (scheme.grant !== "authorization_code") return false;
  const redirectUri = "http://127.0.0.1:1/callback";
  const { url, state, codeVerifier, client, scopes } = await runtime.startAuthorization({ connection, redirectUri });
  const away = await fetch(url, { redirect: "manual" });
  const callbackUrl = away.headers.get("location") ?? "";
  const credential = await runtime.finishAuthorization({
    connection,
    redirectUri,
    callbackUrl,
    state,
    codeVerifier,
    scopes,
    client,
  });
  connections.set(name, { ...connection, credential: { ...client, ...credential } });
  if (credential.dpopKey !== undefined) {
    const { d } = JSON.parse(credential.dpopKey) as { readonly d: string };
    ledger.take(name, "dpopKey", credential.dpopKey, d);
  }
  return true;
}

describe("every way to sign in", () => {
  it("is a contract that passes the checks", () => {
    expect(checkContract(connector.contract).filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it.each(Object.keys(SCHEMES))(
    "%s works against a vendor that repeats everything",
    async (name) => {
      await connectPerson(name);
      const operation = name === "fields" ? "local" : "read";
      const first = await keep("results", runtime.call(`canary/${operation}`, { connection: name, input: { mode: "ok" } }));
      expect(first, JSON.stringify(first).slice(0, 600)).toMatchObject({ outcome: "success" });
      await keep("tests", runtime.testConnection(name));
      for (const mode of MODES) {
        const input: JsonObject = name === "fields" ? { how: mode } : { mode };
        await keep("results", runtime.call(`canary/${operation}`, { connection: name, input }));
      }
      if (name === "fields") {
        for (const how of ["throws", "breaks", "odd", "circles"])
          await keep("results", runtime.call("canary/local", { connection: name, input: { how } }));
        return;
      }
      for (const mode of ["ok", "422", "500", "resets"])
        await keep("results", runtime.call("canary/write", { connection: name, input: { mode, name: "x" } }));
      for (const each of ["joined", "bulk", "hangs"])
        await keep("results", runtime.call(`canary/${each}`, { connection: name, input: {} }));
      await keep("dry runs", runtime.call("canary/read", { connection: name, input: { mode: "ok" }, dryRun: true }));
      for (const each of ["pages", "links", "cursors"]) await pages(name, each);
      for (const field of ["one", "bad"])
        await keep("choices", runtime.options({ operation: "canary/choose", connection: name, field: `/properties/${field}` }));
      await keep("choices", runtime.fields({ operation: "canary/choose", connection: name, field: "/properties/row" }));
    },
    20_000,
  );

  it.each(Object.keys(SCHEMES))(
    "%s is refused at the token endpoint, and when it ends",
    async (name) => {
      const mode: JsonObject = name === "fields" ? { how: "throws" } : { mode: "401" };
      const operation = name === "fields" ? "canary/local" : "canary/read";
      for (const word of ["temporarily_unavailable", 500, 400, "invalid_client", "invalid_grant"]) {
        vendor.refusals.set(name, word);
        await keep("refusals", runtime.call(operation, { connection: name, input: mode }));
        await keep("tests", runtime.testConnection(name));
        // A code that is waited for is asked for again as long as trouble passes.
        if (word !== "temporarily_unavailable" && word !== 500) await keep("sign-ins", connectPerson(name));
        await keep("ends", runtime.disconnect(name));
      }
      vendor.refusals.delete(name);
      await keep("ends", runtime.disconnect(name));
    },
    20_000,
  );
});

const inLines = (text: string, width: number): string =>
  Array.from({ length: Math.ceil(text.length / width) }, (_, n) => text.slice(n * width, (n + 1) * width)).join("\n");

describe("of all that was seen", () => {
  beforeAll(() => {
    for (const { name, attributes, events, status } of exporter.getFinishedSpans())
      places.add("spans", JSON.stringify({ name, attributes, events, status }));
  });

  it("nothing holds a canary", () => {
    const found = places.search(ledger.all);
    console.log(`canaries: ${ledger.all.length}, places searched: ${places.bytes} bytes, hits: ${found.length}`);
    for (const { place, canary, around } of found.slice(0, 50)) console.log(`${place}: ${canary}\n    ${JSON.stringify(around)}`);
    expect(ledger.all.length).toBeGreaterThanOrEqual(200);
    expect([...new Set(found.map(({ place, canary }) => `${place}: ${canary}`))]).toEqual([]);
  }, 60_000);

  it("what is no secret is there: whose account it is, and that something was hidden", () => {
    for (const text of ["ada-visible", "[redacted]", "refused"]) expect(places.has(text)).toContain("results");
    expect(places.has("url.full")).toContain("spans");
  });

  it("every leak would be found: each canary, in each way in which somebody may write it", () => {
    for (const { name, text, core } of ledger.all) {
      const leaks = [
        text,
        `Authorization: Bearer ${core}`,
        Buffer.from(`authorization: Basic ${text}`).toString("base64"),
        Buffer.from(text).toString("hex"),
        inLines(text, 9),
      ];
      const planted = new Places();
      for (const leak of leaks) planted.add(leak, `{"level":30,"msg":${JSON.stringify(leak)}}`);
      const seen = new Set(planted.search(ledger.all).map(({ place }) => place));
      expect(
        leaks.filter((leak) => !seen.has(leak)),
        name,
      ).toEqual([]);
    }
  }, 30_000);
});
