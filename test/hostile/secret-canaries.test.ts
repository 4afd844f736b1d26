// Pins: a credential that comes back out (in a result, an error, a span, a run's events) because another system echoed it.
import http from "@mortise/connector-http";
import postgres from "@mortise/connector-postgres";
import smtp from "@mortise/connector-smtp";
import type { JsonObject } from "@mortise/contract";
import { memoryEngine, memoryRunLog, openRunner, type Runner } from "@mortise/engine";
import { type Connection, createRuntime, type Runtime } from "@mortise/runtime";
import type { Workflow } from "@mortise/workflow";
import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "../../connectors/postgres/test/test-database.ts";
import { mailServer } from "../../connectors/smtp/test/mail-server.ts";
import { type Loopback, loopback } from "../../packages/runtime/test/loopback.ts";

/** Characters that every encoding writes in another way; one canary a connection. */
const canary = (name: string) => `cnry/${name}+"=&<é>'7Qz 9\\x`.replace("é", name === "pg" || name === "smtp" ? "é" : "e");
const CANARIES = { key: canary("key"), basic: canary("basic"), bearer: canary("bearer"), smtp: canary("smtp"), pg: canary("pg") };

/** The forms of a secret. With `cut`, the middle of the base64 ones, as their ends depend on what stands around: that is what to search for. */
function formsOf(secret: string, cut = 0): readonly string[] {
  const bytes = Buffer.from(secret);
  const percent = encodeURIComponent(secret);
  const pairs = ["", "a", "ab", "ada:"].flatMap((before) => {
    const text = Buffer.from(before + secret);
    return [text.toString("base64"), text.toString("base64url")].map((form) => form.slice(cut, form.length - cut));
  });
  return [
    secret,
    percent,
    percent.replaceAll(/%../g, (byte) => byte.toLowerCase()),
    encodeURIComponent(percent),
    encodeURI(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    JSON.stringify(secret).slice(1, -1).replaceAll("/", "\\/"),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    secret
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("'", "&#39;"),
    ...pairs,
  ];
}

/** Every text of a value, one after the other: as they are, not escaped once more. */
function textsOf(value: unknown): string {
  if (typeof value === "string") return `${value}\n`;
  if (typeof value !== "object" || value === null) return `${String(value)}\n`;
  return Object.entries(value)
    .map(([key, inner]) => `${key}\n${textsOf(inner)}`)
    .join("");
}

function expectNoCanary(...values: readonly unknown[]): void {
  const shown = values.map(textsOf).join("");
  const hits = Object.entries(CANARIES).flatMap(([name, secret]) =>
    formsOf(secret, 6)
      .filter((form) => shown.includes(form))
      .map((form) => `${name}: ${form}`),
  );
  expect(hits).toEqual([]);
}

const exporter = new InMemorySpanExporter();
const spans = () =>
  exporter.getFinishedSpans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status }));
const log = memoryRunLog();
const connections: Record<string, Connection> = {};
let vendor: Loopback;
let runtime: Runtime;
let runner: Runner;

/** A vendor that shows everything it knows about the caller, in the form the path asks for. */
async function echoingVendor(): Promise<Loopback> {
  return loopback((request, response) => {
    const secret = [CANARIES.key, CANARIES.basic, CANARIES.bearer].find((one) => request.url.includes(one.slice(5, 8))) ?? "";
    const all = { ...request.headers, said: formsOf(secret), [secret]: "a key" };
    const [, form] = /\/(json|html|escaped|utf16|large)\//.exec(request.url) ?? [];
    const padding = "x".repeat(70_000);
    const status = request.url.includes("/401") ? 401 : request.url.includes("/422") ? 422 : 200;
    const escaped = `{"said":"${[...secret].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}","p":"${padding}"}`;
    const bodies: { [form: string]: readonly [string, Buffer] } = {
      json: ["application/json", Buffer.from(JSON.stringify({ error: { message: `bad token ${secret}` }, ...all }))],
      html: ["text/html", Buffer.from(`<p>${formsOf(secret).join("</p><p>")}</p>`)],
      escaped: ["application/json", Buffer.from(escaped)],
      utf16: ["text/plain; charset=utf-16le", Buffer.from(padding + secret, "utf16le")],
      large: ["application/json", Buffer.from(JSON.stringify({ padding, ...all }))],
    };
    const [type, body] = bodies[form ?? "json"] ?? ["text/plain", Buffer.from("")];
    response.writeHead(status, { "content-type": type, "x-echo": encodeURIComponent(secret), "www-authenticate": btoa(secret) });
    response.end(body);
  });
}

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  vendor = await echoingVendor();
  const [mail, database] = await Promise.all([
    mailServer({
      authOptional: false,
      allowInsecureAuth: true,
      authMethods: ["PLAIN", "LOGIN"],
      onAuth: ({ username, password }, _session, done) =>
        username === "ada"
          ? done(null, { user: "ada" })
          : done(
              Object.assign(new Error(`no entry for ${password} ${Buffer.from(`\0eve\0${CANARIES.smtp}`).toString("base64")}`), {
                responseCode: 535,
              }),
            ),
      onRcptTo: ({ address }, _session, done) =>
        address.startsWith("echo")
          ? done(
              Object.assign(new Error(`unknown here, ${Buffer.from(CANARIES.smtp).toString("base64")}`), { responseCode: 550 }),
            )
          : done(),
    }),
    testDatabase(),
  ]);
  const base = { baseUrl: vendor.origin };
  const named: Record<string, Omit<Connection, "name">> = {
    key: { connector: "http", auth: "apiKey", credential: { apiKey: CANARIES.key }, settings: base },
    basic: { connector: "http", auth: "basic", credential: { username: "ada", password: CANARIES.basic }, settings: base },
    bearer: { connector: "http", auth: "bearer", credential: { token: CANARIES.bearer }, settings: base },
    smtp: {
      connector: "smtp",
      auth: "password",
      credential: { username: "ada", password: CANARIES.smtp },
      settings: { host: "127.0.0.1", port: mail.port, secure: "none", from: "a@example.com" },
    },
    stranger: {
      connector: "smtp",
      auth: "password",
      credential: { username: "eve", password: CANARIES.smtp },
      settings: { host: "127.0.0.1", port: mail.port, secure: "none", from: "a@example.com" },
    },
    pg: {
      connector: "postgres",
      auth: "password",
      credential: { username: database.settings.user, password: CANARIES.pg },
      settings: { socket: database.settings.socket, port: database.settings.port, database: database.settings.database },
    },
  };
  for (const [name, connection] of Object.entries(named)) connections[name] = { name, ...connection };
  runtime = createRuntime({
    connectors: [http, smtp, postgres],
    connections: async (name) => connections[name],
    egress: { allow: [vendor.origin, `tcp://127.0.0.1:${mail.port}`, `unix:${database.settings.socket}`] },
  });
  runner = await openRunner({ runtime, engine: memoryEngine(), runLog: log });
  return async () => {
    await runner.close();
    await runtime.close();
    await database.stop();
  };
});
afterAll(async () => {
  await vendor.close();
  trace.disable();
  context.disable();
  propagation.disable();
});
afterEach(() => exporter.reset());

/** One call as it is, as a dry run, and as the only node of a workflow whose output is the node's. */
async function everyWay(use: string, connection: string, input: JsonObject, stream = false) {
  const direct = stream ? await pagesOf(use, connection, input) : await runtime.call(use, { connection, input });
  const dry = await runtime.call(use, { connection, input, dryRun: true });
  const only = { use, connection, with: input };
  const nodes: Workflow["nodes"] = stream
    ? {
        only,
        each: {
          use: "core/for-each",
          after: ["only"],
          with: { items: { $cel: "steps.only.output.rows" }, nodes: {}, collect: { $cel: "item" } },
        },
      }
    : { only };
  const document: Workflow = {
    format: "mortise.workflow/1",
    name: "Canary",
    trigger: { use: "manual" },
    nodes,
    output: { $cel: stream ? "steps.each.output" : "steps.only.output" },
  };
  const end = await runner.run(document);
  const events = await log.eventsSince(end.runId, 0);
  return { direct, dry, end, events };
}

async function pagesOf(use: string, connection: string, input: JsonObject) {
  const pages = [];
  for await (const { items } of runtime.stream(use, { connection, input })) pages.push(items);
  return pages;
}

describe.each(["key", "basic", "bearer"])("an HTTP vendor that echoes the credential of %s", (name) => {
  it.each(["json", "html", "escaped", "utf16", "large"])("is not repeated, as %s in refusals and in successes", async (form) => {
    for (const status of [200, 401, 422]) {
      const seen = vendor.seen.length;
      const found = await everyWay("http/get", name, { url: `/${name}/${form}/${status}` });
      expect(vendor.seen.length).toBe(seen + 2);
      expect(found.end.status).toBe(status === 200 ? "succeeded" : "failed");
      if (status === 200) expect(textsOf([found.direct, found.end])).toContain("[redacted]");
      expectNoCanary(found, spans());
      expect(found.events.length).toBeGreaterThan(2);
      expect(spans().length).toBeGreaterThan(4);
    }
    expectNoCanary(await runtime.testConnection(name), spans());
  });
});

it("a mail server that echoes the password is not repeated", async () => {
  const input = { to: ["echo@example.com", "b@example.com"], subject: "x", text: "y" };
  for (const connection of ["smtp", "stranger"]) {
    const found = await everyWay("smtp/sendMail", connection, input);
    expect(found.direct).toMatchObject({ outcome: connection === "smtp" ? "success" : "fault" });
    expectNoCanary(found, await everyWay("smtp/sendMail", connection, { ...input, to: "echo@example.com" }), spans());
  }
});

describe("a database that holds the password", () => {
  const mirrored = `reverse($1)`;
  const params = [[...CANARIES.pg].reverse().join("")];

  it("does not show it in rows, errors and pages", async () => {
    const rows = await everyWay("postgres/query", "pg", {
      sql: `SELECT ${mirrored} AS a, encode(convert_to(${mirrored}, 'utf8'), 'hex') AS b`,
      params,
    });
    expect(rows.direct).toMatchObject({ outcome: "success", output: { rows: [{ a: "[redacted]", b: "[redacted]" }] } });
    const failed = await everyWay("postgres/query", "pg", { sql: `SELECT ${mirrored}::int`, params });
    expect(failed.direct).toMatchObject({ outcome: "poison", error: { message: expect.stringContaining("[redacted]") } });
    expectNoCanary(rows, failed, spans());
  });

  it("does not show it in a stream", async () => {
    const input = { sql: `SELECT n, ${mirrored} AS a FROM generate_series(1, 3) AS n`, params, orderBy: ["n"] };
    const found = await everyWay("postgres/streamRows", "pg", input, true);
    expect(found.direct).toEqual([[1, 2, 3].map((n) => ({ n, a: "[redacted]" }))]);
    expect(found.end.status).toBe("succeeded");
    expectNoCanary(found, spans());
  });
});
