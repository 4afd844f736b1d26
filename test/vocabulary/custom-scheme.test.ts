// Pins: code of a connector whose signature does not arrive, is made once for several requests, or shows where it must not.
import { createHash, createHmac } from "node:crypto";
import type { AuthScheme, Contract } from "@mortise/contract";
import type { RuntimeOptions } from "@mortise/runtime";
import { createSandbox, customCode } from "@mortise/sandbox";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { at, connect, contractOf, openVendor, type Seen } from "./vendor.ts";

const secret = "correct horse battery staple";
const schemeOf = (code: string): AuthScheme => ({
  kind: "custom",
  fields: { type: "object", properties: { secret: { type: "string", "x-secret": true } }, required: ["secret"] },
  code,
});
const SIGN = `
  function sign({ method, url, headers, body, credential, settings, nowMs, random }) {
    const path = url.slice(url.indexOf("/", 8));
    const text = [method, path, headers["content-type"] ?? "", crypto.hash("sha256", body ?? ""), nowMs, random].join("\\n");
    return {
      headers: { "X-Time": String(nowMs), "X-Nonce": random },
      query: { signature: crypto.hmac("sha256", credential.secret, text, "base64") },
      cookies: { region: encoding.base64url(settings.region) },
    };
  }`;
const contractFor = (code: string): Contract =>
  contractOf(
    {
      add: {
        effect: "create",
        idempotency: "natural",
        request: { method: "POST", url: at("/things?a=1"), body: { name: { $cel: "input.name" } } },
      },
    },
    { auth: { account: schemeOf(code) }, settings: { type: "object", properties: { region: { type: "string" } } } },
  );

const sandbox = createSandbox({ limits: { cpuMs: 20_000, wallMs: 60_000 } });
afterAll(() => sandbox.close());

async function calling(
  code: string,
  status: readonly number[],
  options: Partial<RuntimeOptions> = { customCode: customCode(sandbox) },
) {
  const vendor = await openVendor((_, count) => ({ status: status[count - 1] ?? 200, body: { ok: true } }));
  const parts = { settings: { region: "eu" }, credential: { secret } };
  const { runtime, connection } = connect(contractFor(code), vendor, { connection: parts as never, ...options });
  onTestFinished(async () => {
    await runtime.close();
    await vendor.close();
  });
  const result = await runtime.call("vendor/add", { connection, input: { name: "Ada" } });
  return { result, seen: vendor.seen };
}

function expectedSignature({ method, path, headers, body }: Seen): string {
  const hash = createHash("sha256").update(body).digest("hex");
  const text = [method, `${path}?a=1`, headers["content-type"], hash, headers["x-time"], headers["x-nonce"]].join("\n");
  return createHmac("sha256", secret).update(text).digest("base64");
}

test("code signs a request, with its body, and the vendor can check it", async () => {
  const { result, seen } = await calling(SIGN, []);
  expect(result).toMatchObject({ outcome: "success" });
  const [request] = seen as [Seen];
  expect(request.query.get("signature")).toBe(expectedSignature(request));
  expect(request.query.get("a")).toBe("1");
  expect(request.headers.cookie).toBe("region=ZXU");
  expect(request.body.toString()).toBe('{"name":"Ada"}');
});

test("each attempt has a signature of its own", async () => {
  const { result, seen } = await calling(SIGN, [503]);
  expect(result).toMatchObject({ outcome: "success", meta: { attempts: 2 } });
  expect(seen.map((request) => request.query.get("signature"))).toEqual(seen.map(expectedSignature));
  expect(new Set(seen.map(({ headers }) => headers["x-nonce"])).size).toBe(2);
});

test("code that fails sends nothing, and its error says where without the secret", async () => {
  const { result, seen } = await calling(
    "function sign({ credential }) {\n  throw new Error('cannot sign with ' + credential.secret);\n}",
    [],
  );
  expect(result).toMatchObject({ error: { code: "CODE_FAILED", message: expect.stringContaining("2:") } });
  expect(JSON.stringify(result)).not.toContain("battery");
  expect(seen).toEqual([]);
});

test("code cannot send a request elsewhere or reframe it", async () => {
  for (const added of [
    "{ url: 'https://evil.example' }",
    "{ headers: { host: 'evil.example' } }",
    "{ headers: { 'x-a': 'b\\r\\nx-c: d' } }",
  ]) {
    const { result, seen } = await calling(`const sign = () => (${added})`, []);
    expect(result).toMatchObject({ error: { code: "CODE_FAILED" } });
    expect(seen).toEqual([]);
  }
});

test("a deployment without a sandbox says that it has none", async () => {
  const { result, seen } = await calling(SIGN, [], {});
  expect(result).toMatchObject({ error: { code: "MISCONFIGURED", message: expect.stringContaining("no sandbox") } });
  expect(seen).toEqual([]);
});
