// Pins: code of a connector that gets out of what it declares, that sees a credential, that multiplies a write, or whose failure is told as
// something that it is not.
import type { CallResult, CodeCapabilities, Json } from "@mortise/contract";
import { codeRunner, createSandbox } from "@mortise/sandbox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CallRequest, createRuntime, type RuntimeOptions } from "../../src/index.ts";
import { type Loopback, loopback } from "../loopback.ts";
import { API_KEY, CONNECTION, codeConnector, HTTP, sentTo } from "./code-connector.ts";

const sandbox = createSandbox({ limits: { cpuMs: 20_000 } });
let vendor: Loopback;

beforeAll(async () => {
  let failures = 0;
  vendor = await loopback(({ url, method, headers, body }, response) => {
    const json = (status: number, value: Json, more: { readonly [name: string]: string } = {}): void => {
      response.writeHead(status, { "content-type": "application/json", ...more }).end(JSON.stringify(value));
    };
    if (url === "/v2/echo") json(200, { key: headers["x-api-key"] ?? null, headers: headers as never, body });
    else if (url === "/v2/missing") json(404, { message: "no such company" });
    else if (url === "/v2/busy") json(failures++ % 2 === 0 ? 503 : 200, { ok: true });
    else if (url === "/v2/cut") response.destroy();
    else if (url === "/v2/hang") return;
    else if (url === "/v2/away") json(302, {}, { location: "/admin" });
    else if (url === "/v2/cookie") json(200, {}, { "set-cookie": "a=1", "x-rate": "5" });
    else if (url === "/v2/large") json(200, { text: "ä\u0007".repeat(300_000) });
    else if (url === "/v2/bytes") response.writeHead(200, { "content-type": "image/png" }).end(Buffer.from([0, 255, 1]));
    else json(200, { method, url });
  });
});
afterAll(async () => {
  await vendor.close();
  await sandbox.close();
});

async function run(
  body: string,
  parts: Parameters<typeof codeConnector>[1] = {},
  { request = {}, options = {} }: { readonly request?: Partial<CallRequest>; readonly options?: Partial<RuntimeOptions> } = {},
): Promise<CallResult> {
  vendor.seen.length = 0;
  const runtime = createRuntime({
    connectors: [codeConnector(body, parts)],
    code: codeRunner(sandbox),
    ...sentTo(vendor.origin),
    ...options,
  });
  try {
    return await runtime.call("sample/run", { input: {}, connection: CONNECTION, ...request });
  } finally {
    await runtime.close();
  }
}

async function output(...args: Parameters<typeof run>): Promise<Json> {
  const result = await run(...args);
  if (result.outcome !== "success") throw new Error(`${result.error.code} ${result.error.message}`);
  return result.output;
}

async function failure(...args: Parameters<typeof run>) {
  const result = await run(...args);
  if (result.outcome === "success") throw new Error(`succeeded: ${JSON.stringify(result.output)}`);
  return { outcome: result.outcome, ...result.error };
}

/** Requests of a call that has ended may still be on their way; those of the one that sends the most go to a place of their own. */
const arrived = () => vendor.seen.filter(({ url }) => url !== "/v2/flood");

describe("an operation in code", () => {
  it("is refused where no sandbox is given, and says what to give", async () => {
    const runtime = createRuntime({ connectors: [codeConnector("return 1;")], ...sentTo(vendor.origin) });
    const result = await runtime.call("sample/run", { input: {}, connection: CONNECTION });
    await runtime.close();
    expect(result).toMatchObject({
      outcome: "fault",
      error: {
        code: "MISCONFIGURED",
        message: expect.stringContaining("no sandbox"),
        remedy: expect.stringContaining("codeRunner"),
      },
    });
  });

  it("returns what its function returns, and sees input, settings, key and a clock that stands still", async () => {
    const seen = await output(
      "return { input, settings: ctx.settings, key: ctx.idempotencyKey, now: ctx.clock.now() - Date.now(), sum: ctx.crypto.hash('md5', 'x') };",
      { contract: { settings: { type: "object", properties: { region: { type: "string" } } } } },
      { request: { input: { a: 1 }, idempotencyKey: "k1", connection: { ...CONNECTION, settings: { region: "eu" } } } },
    );
    expect(seen).toEqual({
      input: { a: 1 },
      settings: { region: "eu" },
      key: "k1",
      now: 0,
      sum: "9dd4e461268c8034f5c8564e155c67a6",
    });
  });

  it("makes requests with the credential that it never sees, also where the vendor echoes it", async () => {
    const answer = (await output("return (await ctx.http.request({ path: '/v2/echo' })).body;")) as { readonly key: string };
    expect(arrived()[0]?.headers["x-api-key"]).toBe(API_KEY);
    expect(answer.key).toBe("[redacted]");
    expect(JSON.stringify(answer)).not.toContain(API_KEY);
  });

  it("sends no credential where the declaration says none", async () => {
    await output("return (await ctx.http.request({ path: '/public/list' })).status;");
    expect(arrived()[0]?.headers["x-api-key"]).toBeUndefined();
  });

  it("sends data as JSON, a form, text and bytes", async () => {
    await output(`
      const send = (body, headers = {}) => ctx.http.request({ method: "POST", path: "/v2/echo", body, headers });
      await send({ a: [1] }); await send({ a: "x y", b: 2 }, { "Content-Type": "application/x-www-form-urlencoded" });
      await send("plain"); await send({ base64: "AP8B" }); return 1;`);
    expect(arrived().map(({ body, headers }) => [headers["content-type"], body])).toEqual([
      ["application/json", '{"a":[1]}'],
      ["application/x-www-form-urlencoded", "a=x+y&b=2"],
      ["text/plain;charset=utf-8", "plain"],
      ["application/octet-stream", Buffer.from([0, 255, 1]).toString()],
    ]);
  });

  it("reads long bodies whole and bytes as base64, and no cookies", async () => {
    const seen = await output(`
      const large = await ctx.http.request({ path: "/v2/large" });
      const bytes = await ctx.http.request({ path: "/v2/bytes" });
      const cookie = await ctx.http.request({ path: "/v2/cookie" });
      return [large.body.text.length, large.body.text.slice(-2), bytes.body, cookie.headers["set-cookie"] ?? null, cookie.headers["x-rate"]];`);
    expect(seen).toEqual([600_000, "ä\u0007", { base64: "AP8B" }, null, "5"]);
  });

  it("follows no redirect: where it leads was not declared", async () => {
    expect(await output("return (await ctx.http.request({ path: '/v2/away', accept: [302] })).headers.location;")).toBe("/admin");
    expect(arrived().map(({ url }) => url)).toEqual(["/v2/away"]);
  });

  it("has its requests tried again by the rules, each with attempts of its own", async () => {
    const result = await run("return (await ctx.http.request({ path: '/v2/busy' })).body.ok;");
    expect(result).toMatchObject({ outcome: "success", output: true, meta: { attempts: 2 } });
  });
});

describe("a request that is not declared", () => {
  const refused = async (asked: string, capabilities?: CodeCapabilities) => {
    const error = await failure(`await ctx.http.request(${asked});`, capabilities === undefined ? {} : { capabilities });
    expect(arrived()).toEqual([]);
    return error;
  };

  it.each([
    ["another host", "{ url: 'https://evil.example/v2/x' }"],
    ["another port", "{ url: 'https://api.acme.example:8443/v2/x' }"],
    ["another scheme", "{ url: 'http://api.acme.example/v2/x' }"],
    ["another method", "{ method: 'PATCH', path: '/v2/x' }"],
    ["another path", "{ path: '/admin' }"],
    ["dots", "{ path: '/v2/../admin' }"],
    ["encoded dots", "{ path: '/v2/%2e%2e/admin' }"],
    ["a host in front of a dot", "{ url: 'https://api.acme.example.evil.example/v2/x' }"],
    ["a path of two segments under one", "{ path: '/public/a/b' }"],
    ["an empty segment", "{ path: '/public/' }"],
  ])("goes nowhere: %s", async (_, asked) => {
    expect(await refused(asked)).toMatchObject({
      outcome: "fault",
      code: "EGRESS_DENIED",
      message: expect.stringContaining("is not declared"),
      remedy: expect.stringContaining("Add to capabilities.http: {"),
    });
  });

  it.each([
    ["user info", "{ url: 'https://api.acme.example@evil.example/v2/x' }"],
    ["user info of its own", "{ url: 'https://a:b@api.acme.example/v2/x' }"],
    ["a backslash", "{ url: 'https://api.acme.example\\\\\\\\@evil.example/v2/x' }"],
    ["a line break", "{ path: '/v2/x\\\\r\\\\nHost: evil.example' }"],
    ["a tab", "{ path: '/v2/.\\\\t./admin' }"],
    ["an encoded slash", "{ path: '/v2/..%2fadmin' }"],
    ["a doubly encoded slash", "{ path: '/v2/..%252f..%252fadmin' }"],
    ["a path parameter", "{ path: '/v2/..;/admin' }"],
    ["another scheme altogether", "{ url: 'file:///etc/passwd' }"],
    ["both a path and a url", "{ path: '/v2/x', url: 'https://api.acme.example/v2/x' }"],
    ["neither", "{}"],
    ["no request", "'https://api.acme.example/v2/x'"],
    ["an unknown part", "{ path: '/v2/x', agent: {} }"],
    ["another method than there are", "{ path: '/v2/x', method: 'CONNECT' }"],
    ["a method with a line break", "{ path: '/v2/x', method: 'GET\\\\r\\\\nX: y' }"],
    ["a header of the host", "{ path: '/v2/x', headers: { Host: 'evil.example' } }"],
    ["a credential of its own", "{ path: '/v2/x', headers: { Authorization: 'Bearer x' } }"],
    ["a cookie", "{ path: '/v2/x', headers: { cookie: 'a=b' } }"],
    ["a framing header", "{ path: '/v2/x', headers: { 'Transfer-Encoding': 'chunked' } }"],
    ["a line break in a header", "{ path: '/v2/x', headers: { 'x-a': 'b\\\\r\\\\nX-Api-Key: c' } }"],
    ["a line break in a header's name", "{ path: '/v2/x', headers: { 'x-a\\\\r\\\\nb': 'c' } }"],
    ["a body with GET", "{ path: '/v2/x', body: {} }"],
    ["a key without a place for it", "{ path: '/v2/x', method: 'POST', idempotencyKey: 'a' }"],
  ])("is refused before it is looked for: %s", async (_, asked) => {
    expect(await refused(asked.replaceAll("\\\\", "\\"))).toMatchObject({ outcome: "poison", code: "INVALID_INPUT" });
  });

  it("has no function where nothing is declared, and says what to add", async () => {
    for (const [call, group] of [
      ["ctx.http.request({ path: '/v2/x' })", "http"],
      ["ctx.state.get('a')", "state"],
      ["ctx.hmac.sign('apiKey', 'sha256', 'x')", "hmac"],
    ])
      expect(await failure(`await ${call};`, { capabilities: {} })).toMatchObject({
        code: "CODE_FAILED",
        message: expect.stringContaining(`add ${group} to the capabilities`),
      });
  });

  it("does not go where the contract's hosts do not allow it, whatever is declared", async () => {
    const [first] = HTTP;
    const elsewhere = { http: [{ ...(first as (typeof HTTP)[number]), host: "other.example" }] };
    expect(await refused("{ path: '/v2/x' }", elsewhere)).toMatchObject({ code: "EGRESS_DENIED" });
  });
});

describe("a failure", () => {
  it("of the vendor that is not caught is the call's, with the place in the code", async () => {
    expect(await failure("\nawait ctx.http.request({ path: '/v2/missing' });")).toMatchObject({
      outcome: "poison",
      code: "NOT_FOUND",
      status: 404,
      message: expect.stringMatching(/api\.acme\.example answered 404: no such company \(at 3:\d+\)/),
    });
  });

  it("of the vendor can be caught: the code sees a status and fixed words", async () => {
    const seen = await output(`
      try { await ctx.http.request({ path: "/v2/missing" }); } catch (error) { return [error.code, error.status, error.message]; }`);
    expect(seen).toEqual(["NOT_FOUND", 404, expect.stringMatching(/^http\.request: /)]);
    expect(JSON.stringify(seen)).not.toContain("acme");
    expect(await output("return (await ctx.http.request({ path: '/v2/missing', accept: [404] })).status;")).toBe(404);
  });

  it("that the code names is what it says, at a time that it may choose", async () => {
    expect(await failure("throw ctx.fail('notFound', 'There is no such company.');")).toMatchObject({
      outcome: "poison",
      code: "NOT_FOUND",
      message: "There is no such company.",
    });
    const throttled = await failure("throw ctx.fail('throttled', 'Later.', { retryAfterMs: 5000 });");
    expect(throttled).toMatchObject({ outcome: "sick", code: "THROTTLED", retryAtMs: expect.any(Number) });
    expect(await failure("throw ctx.fail('success', 'x');")).toMatchObject({ code: "CODE_FAILED" });
    expect(await failure("throw ctx.fail('__proto__', 'x');")).toMatchObject({ code: "CODE_FAILED" });
  });

  it("of the code itself is told with the operation's name and place, without the connection's secrets", async () => {
    expect(await failure(`throw new TypeError("no region, ${API_KEY}");`)).toMatchObject({
      outcome: "poison",
      code: "CODE_FAILED",
      message: expect.stringMatching(/^sample\/run failed at 2:\d+: TypeError: no region, \[redacted\]$/),
      detail: { line: 2 },
    });
  });

  it("behind a write that may not be repeated leaves the outcome unknown", async () => {
    const sent = "await ctx.http.request({ method: 'POST', path: '/v2/contacts', body: {} });";
    expect(await failure(`${sent} throw new Error("after");`)).toMatchObject({
      outcome: "unknown",
      message: expect.stringContaining("after it had sent something"),
    });
    expect(await failure("await ctx.http.request({ method: 'POST', path: '/v2/cut', body: {} });")).toMatchObject({
      outcome: "unknown",
    });
    expect(arrived()).toHaveLength(1);
    expect(await failure(`${sent} throw new Error("after");`, { operation: { idempotency: "natural" } })).toMatchObject({
      outcome: "poison",
    });
  });

  it("of a write that the code does not wait for is the call's all the same", async () => {
    const unwaited = (path: string) =>
      `ctx.http.request({ method: "POST", path: "${path}", body: {} }).catch(() => 0); return 1;`;
    expect(await failure(unwaited("/v2/cut"))).toMatchObject({ outcome: "unknown" });
    expect(await output(unwaited("/v2/contacts"))).toBe(1);
    expect(arrived()).toHaveLength(1);
  });

  it("of a write that is on its way when the caller gives up leaves the outcome unknown", async () => {
    const cancel = new AbortController();
    const sent = failure(
      "await ctx.http.request({ method: 'POST', path: '/v2/hang', body: {} });",
      {},
      {
        request: { signal: cancel.signal },
      },
    );
    await expect.poll(() => arrived().some(({ url }) => url === "/v2/hang"), { timeout: 60_000 }).toBe(true);
    cancel.abort();
    expect(await sent).toMatchObject({ outcome: "unknown" });
  });

  it("of a request that may be repeated is tried again; of one that may not, never", async () => {
    await failure("await ctx.http.request({ path: '/v2/cut' });");
    expect(arrived()).toHaveLength(3);
  });
});

describe("what one call may do", () => {
  it("is 50 requests", async () => {
    const error = await failure("await Promise.all(Array.from({ length: 60 }, () => ctx.http.request({ path: '/v2/flood' })));");
    expect(error).toMatchObject({ code: "LIMIT_EXCEEDED", message: expect.stringContaining("50") });
    expect(vendor.seen.length).toBeLessThanOrEqual(50);
  });

  it("passes the caller's commit point once, before the first write", async () => {
    let commits = 0;
    const written = () => arrived().filter(({ method }) => method === "POST").length;
    await output(
      "for (let n = 0; n < 3; n++) await ctx.http.request({ method: 'POST', path: '/v2/x', body: n }); return 1;",
      {},
      {
        request: {
          commit: async () => {
            commits += 1;
            expect(written()).toBe(0);
            return true;
          },
        },
      },
    );
    expect([commits, written()]).toEqual([1, 3]);
  });

  it("sends a key where the contract has a place for it: the same for the same call, another one for each word", async () => {
    const body = `for (const word of ["a", "a", "b"]) await ctx.http.request({ method: "POST", path: "/v2/x", body: 1, idempotencyKey: word }); return 1;`;
    const keyed = { operation: { idempotency: { key: "header", name: "Idempotency-Key" } } } as const;
    const keys = async (key: string) => {
      await output(body, keyed, { request: { idempotencyKey: key } });
      return arrived().map(({ headers }) => headers["idempotency-key"]);
    };
    const [first, again, other] = [await keys("k1"), await keys("k1"), await keys("k2")];
    expect(first[0]).toBe(first[1]);
    expect(first[0]).not.toBe(first[2]);
    expect(again).toEqual(first);
    expect(other).not.toContain(first[0]);
  });

  it("takes a permit of the operation's budget for each request", async () => {
    const budgeted = {
      operation: { budget: "api", operationTimeoutMs: 20_000 },
      contract: { budgets: { api: { rate: 2, per: "1h", scope: "connection" } } },
    } as const;
    const seen = await output(
      "const codes = []; for (let n = 0; n < 3; n++) codes.push(await ctx.http.request({ path: '/v2/x' }).then(() => 'ok', (error) => error.code)); return codes;",
      budgeted,
    );
    expect(seen).toEqual(["ok", "ok", "THROTTLED"]);
    expect(arrived()).toHaveLength(2);
  });

  it("ends with the caller's patience", async () => {
    const cancel = new AbortController();
    const stopped = failure(
      "ctx.log.info('started'); await new Promise(() => {}); ",
      { capabilities: { http: HTTP } },
      {
        request: { signal: cancel.signal },
      },
    );
    expect(await stopped).toMatchObject({ code: "CODE_FAILED", message: expect.stringContaining("nothing settles") });
    const waiting = failure(
      "await ctx.http.request({ path: '/v2/x' }); while (true);",
      {},
      { request: { signal: cancel.signal } },
    );
    await expect.poll(() => arrived().length, { timeout: 60_000 }).toBe(1);
    cancel.abort();
    expect(await waiting).toMatchObject({ code: "CALL_CANCELLED" });
  });
});

describe("state", () => {
  const capabilities = { state: { maxKB: 1 } };

  it("is kept from call to call, with versions that only grow", async () => {
    const runtime = createRuntime({
      connectors: [
        codeConnector(
          `const before = await ctx.state.get("cursor");
           const version = await ctx.state.put("cursor", { at: (before?.value.at ?? 0) + 1 }, { expectVersion: before?.version ?? 0 });
           return [before, version];`,
          { capabilities },
        ),
      ],
      code: codeRunner(sandbox),
    });
    const call = async (name: string) => {
      const result = await runtime.call("sample/run", { input: {}, connection: { ...CONNECTION, name } });
      return result.outcome === "success" ? result.output : result.error;
    };
    expect(await call("one")).toEqual([null, 1]);
    expect(await call("one")).toEqual([{ value: { at: 1 }, version: 1 }, 2]);
    expect(await call("two")).toEqual([null, 1]);
    await runtime.close();
  });

  it("does not change behind a version that is not there, and has an end", async () => {
    expect(
      await failure("await ctx.state.put('a', 1); await ctx.state.put('a', 2, { expectVersion: 7 });", { capabilities }),
    ).toMatchObject({
      code: "CONFLICT",
    });
    expect(await failure("await ctx.state.put('a', 'x'.repeat(2000));", { capabilities })).toMatchObject({
      code: "LIMIT_EXCEEDED",
    });
    expect(
      await output(
        "await ctx.state.put('a', 1); await ctx.state.put('a', null); return [await ctx.state.get('a'), await ctx.state.put('a', 1, { expectVersion: 0 })];",
        { capabilities },
      ),
    ).toEqual([null, 3]);
  });
});

describe("hmac", () => {
  it("makes and checks codes with a declared field, and no other", async () => {
    const capabilities = { hmac: ["apiKey"] };
    const made = await output(
      `const code = await ctx.hmac.sign("apiKey", "sha256", "text", "base64");
       return [code.length, await ctx.hmac.verify("apiKey", "sha256", "text", code, "base64"), await ctx.hmac.verify("apiKey", "sha256", "other", code, "base64")];`,
      { capabilities },
    );
    expect(made).toEqual([44, true, false]);
    expect(await failure("await ctx.hmac.sign('password', 'sha256', 'x');", { capabilities })).toMatchObject({
      code: "INVALID_INPUT",
      remedy: expect.stringContaining("capabilities.hmac"),
    });
    expect(await failure("await ctx.hmac.sign('__proto__', 'sha256', 'x');", { capabilities })).toMatchObject({
      code: "INVALID_INPUT",
    });
  });
});

describe("an operation in code that reads in pages", () => {
  const paged = {
    operation: { effect: "read", idempotency: "natural", stream: { items: "/items", resume: "cursor" }, output: {} },
    capabilities: { http: HTTP },
  } as const;
  const body = `const from = ctx.page.cursor ?? 0;
    await ctx.http.request({ path: "/v2/items", query: { from } });
    return { items: [from, from + 1], next: from < 4 ? from + 2 : null };`;

  it("is run once a page, when the page is asked for", async () => {
    vendor.seen.length = 0;
    const runtime = createRuntime({
      connectors: [codeConnector(body, paged)],
      code: codeRunner(sandbox),
      ...sentTo(vendor.origin),
    });
    const pages: Json[] = [];
    for await (const page of runtime.stream("sample/run", { input: {}, connection: CONNECTION })) {
      pages.push({ items: page.items, next: page.next });
      expect(arrived()).toHaveLength(pages.length);
    }
    expect(pages).toEqual([
      { items: [0, 1], next: 2 },
      { items: [2, 3], next: 4 },
      { items: [4, 5], next: null },
    ]);
    const all = await runtime.call("sample/run", { input: {}, connection: CONNECTION });
    expect(all).toMatchObject({ output: { items: [0, 1, 2, 3, 4, 5] } });
    await runtime.close();
  });

  it("is not run for ever, and returns pages", async () => {
    expect(await failure("return { items: [1], next: 7 };", paged)).toMatchObject({ code: "INVALID_OUTPUT" });
    expect(await failure("return [1];", paged)).toMatchObject({ code: "INVALID_OUTPUT" });
  });
});
