// Pins: a token that shows, or that goes to another scheme; a token call outside of the one way out; code that gets an old token.
import type { AuthScheme, SingleAuthScheme } from "@mortise/contract";
import type { NativeContext } from "@mortise/sdk";
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { type Connection, createRuntime, type RuntimeOptions } from "../../src/index.ts";
import { json, type Loopback, loopback } from "../loopback.ts";
import { at, connectorOf } from "../sample-connector.ts";
import { virtualClock } from "../virtual-clock.ts";

const exporter = new InMemorySpanExporter();
beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
});
afterAll(() => {
  trace.disable();
  context.disable();
});
beforeEach(() => exporter.reset());

const credential = { clientId: "app", clientSecret: "secret-of-the-app" };
const oauth = (server: Loopback): SingleAuthScheme => ({
  kind: "oauth2",
  grant: "client_credentials",
  tokenUrl: `${server.origin}/token`,
});

function open(
  server: Loopback,
  scheme: AuthScheme,
  fields: { readonly [name: string]: string } = credential,
  options: Partial<RuntimeOptions> = {},
) {
  const seen: unknown[] = [];
  const native = async (_: unknown, { credential: given }: NativeContext) => {
    seen.push(given);
    return {};
  };
  const connector = connectorOf(
    {
      whoAmI: { request: { method: "GET", url: at("/me") } },
      inCode: { native: { reason: "sample", uses: ["network"] } },
    },
    { auth: { login: scheme } },
    { inCode: { call: native as never } },
  );
  const runtime = createRuntime({ connectors: [connector], egress: { allow: [server.origin] }, random: () => 0, ...options });
  onTestFinished(() => runtime.close());
  const connection: Connection = {
    name: "main",
    connector: "sample",
    settings: { baseUrl: server.origin },
    credential: fields,
  };
  const call = (operation: string, dryRun = false) => runtime.call(`sample/${operation}`, { connection, input: {}, dryRun });
  return { call, seen };
}

async function server(answer: Parameters<typeof loopback>[0]): Promise<Loopback> {
  const opened = await loopback(answer);
  onTestFinished(opened.close);
  return opened;
}

test("a token call has a span of its own below the attempt, and no secret is in any span, error or result", async () => {
  const vendor = await server((request, response) => {
    if (request.url === "/token") return json(response, { access_token: "tok-abcdef-123456", expires_in: 60 });
    return json(response, { message: `no ${request.headers.authorization} for secret-of-the-app` }, 403);
  });
  const { call } = open(vendor, oauth(vendor));
  const result = await call("whoAmI");
  expect(result).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED", status: 403 } });
  expect(vendor.seen.map(({ url }) => url)).toEqual(["/token", "/me"]);
  const spans = exporter.getFinishedSpans();
  const token = spans.find(({ name }) => name === "mortise.token");
  const attempt = spans.find(({ name }) => name === "mortise.attempt");
  expect(token?.parentSpanContext?.spanId).toBe(attempt?.spanContext().spanId);
  expect(token?.attributes).toMatchObject({
    "http.request.method": "POST",
    "url.full": `${vendor.origin}/token`,
    "http.response.status_code": 200,
  });
  const shown = JSON.stringify([result, spans.map(({ attributes, events, status }) => ({ attributes, events, status }))]);
  for (const secret of ["tok-abcdef-123456", "secret-of-the-app", btoa("app:secret-of-the-app")])
    expect(shown).not.toContain(secret);
});

test("a token endpoint that echoes the secret in its refusal does not get it shown", async () => {
  const vendor = await server((request, response) =>
    json(response, { error: "invalid_client", error_description: `unknown: ${request.headers.authorization}` }, 401),
  );
  const { call } = open(vendor, oauth(vendor));
  const result = await call("whoAmI");
  expect(result).toMatchObject({ outcome: "fault", error: { nativeCode: "invalid_client" } });
  const spans = exporter.getFinishedSpans().map(({ attributes, status }) => ({ attributes, status }));
  expect(JSON.stringify([result, spans])).not.toContain(btoa("app:secret-of-the-app"));
});

test("a redirect of a token call is not followed, so the secret stays where it was meant to go", async () => {
  const thief = await server((_, response) => json(response, { access_token: "t" }));
  const vendor = await server((_, response) => {
    response.writeHead(307, { location: `${thief.origin}/token` }).end();
  });
  const { call } = open(vendor, oauth(vendor), credential, { egress: { allow: [vendor.origin, thief.origin] } });
  expect(await call("whoAmI")).toMatchObject({ outcome: "fault", error: { code: "MISCONFIGURED" } });
  expect(thief.seen).toEqual([]);
});

test("an endpoint that does not answer is the target's illness, and is tried as often as an attempt would be", async () => {
  const vendor = await server((_, response) => {
    response.destroy();
  });
  const { call } = open(vendor, oauth(vendor), credential, { clock: virtualClock("2026-11-21T00:00:00Z") });
  expect(await call("whoAmI")).toMatchObject({
    outcome: "sick",
    error: { code: "TARGET_SICK", message: expect.stringContaining("gave no token") },
    meta: { attempts: 3 },
  });
  expect(vendor.seen).toHaveLength(3);
});

test("a dry run shows where the token goes and fetches none", async () => {
  const vendor = await server((_, response) => json(response, {}));
  const inQuery = { ...oauth(vendor), apply: { in: "query", name: "access" } } as AuthScheme;
  const { call } = open(vendor, inQuery);
  expect(await call("whoAmI", true)).toMatchObject({ output: { request: { url: `${vendor.origin}/me?access=REDACTED` } } });
  expect(vendor.seen).toEqual([]);
});

test("code of a connector gets the token as a field beside the credential", async () => {
  const vendor = await server((_, response) => json(response, { access_token: "tok-abcdef-123456" }));
  const { call, seen } = open(vendor, oauth(vendor));
  expect(await call("inCode")).toMatchObject({ outcome: "success" });
  expect(seen).toEqual([{ ...credential, accessToken: "tok-abcdef-123456" }]);
});

test("several schemes that fetch tokens each send their own", async () => {
  const vendor = await server((request, response) => {
    if (request.url === "/token") return json(response, { access_token: "tok-of-the-app" });
    if (request.url === "/login") return json(response, { token: "tok-of-the-session" });
    return json(response, {});
  });
  const session: SingleAuthScheme = {
    kind: "session",
    fields: { type: "object", properties: { pin: { type: "string", "x-secret": true } } },
    login: { method: "POST", url: `${vendor.origin}/login`, body: { pin: { $cel: "credential.pin" } } },
    token: { body: "/token" },
    apply: { in: "cookie", name: "sid" },
  };
  const { call } = open(vendor, { kind: "all", of: [oauth(vendor), session] }, { ...credential, pin: "1234" });
  expect(await call("whoAmI")).toMatchObject({ outcome: "success" });
  const last = vendor.seen.at(-1);
  expect(last?.headers).toMatchObject({ authorization: "Bearer tok-of-the-app", cookie: "sid=tok-of-the-session" });
});
