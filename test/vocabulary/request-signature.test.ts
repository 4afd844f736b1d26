// Pins: signatures as vendors describe them that come out otherwise: over other bytes, with another key, in another place; a signature that is
// used twice, crosses an origin, or is shown.
import { createHash, createHmac, generateKeyPairSync, verify } from "node:crypto";
import type { JsonSchemaObject, RequestSignature, SingleAuthScheme } from "@mortise/contract";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Answer, at, connect, contractOf, openVendor, type Seen } from "./vendor.ts";

const secret = { type: "string", "x-secret": true } as const;
const fieldsOf = (...names: readonly string[]): JsonSchemaObject => ({
  type: "object",
  required: names,
  properties: Object.fromEntries(names.map((name) => [name, secret])),
});

const contractWith = (scheme: SingleAuthScheme) =>
  contractOf(
    {
      get: { request: { method: "GET", url: at("/v1/order?symbol=LTC%2FBTC&side=BUY") } },
      post: {
        effect: "create",
        idempotency: "none",
        request: {
          method: "POST",
          url: at("/0/private/AddOrder"),
          bodyType: "form",
          body: { ordertype: "limit", pair: "XBT/USD" },
        },
      },
      json: {
        effect: "create",
        idempotency: "none",
        request: { method: "POST", url: at("/json"), body: { name: "ü", size: 2 } },
      },
    },
    { auth: { account: scheme } },
  );

async function send(
  operation: string,
  signature: RequestSignature,
  credential: Record<string, string>,
  more: Partial<SingleAuthScheme> = {},
) {
  const vendor = await openVendor(() => ({ body: { ok: true } }));
  onTestFinished(vendor.close);
  const scheme = { kind: "signature", fields: fieldsOf(...Object.keys(credential)), ...signature, ...more } as SingleAuthScheme;
  const { runtime, connection } = connect(contractWith(scheme), vendor, { connection: { credential } });
  onTestFinished(() => runtime.close());
  expect(await runtime.call(`vendor/${operation}`, { connection, input: {} })).toMatchObject({ outcome: "success" });
  const dry = await runtime.call(`vendor/${operation}`, { connection, input: {}, dryRun: true });
  return { seen: vendor.seen[0] as Seen, dry: JSON.stringify(dry) };
}

const hmac = (digest: string, key: string | Buffer, data: string | Buffer) => createHmac(digest, key).update(data);

describe("as vendors describe it", () => {
  test("an exchange signs the whole query, its time included, and appends the signature (Binance)", async () => {
    const { seen, dry } = await send(
      "get",
      {
        algorithm: "hmac-sha256",
        key: "secretKey",
        timestamp: "ms",
        stringToSign: { $cel: "queryString" },
        apply: [
          { in: "header", name: "X-MBX-APIKEY", value: { $cel: "credential.apiKey" } },
          { in: "query", name: "timestamp", value: { $cel: "timestamp" } },
          { in: "query", name: "signature" },
        ],
      },
      {
        apiKey: "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
        secretKey: "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j",
      },
    );
    const [signed, signature] = seen.target.slice("/v1/order?".length).split("&signature=");
    expect(signed).toMatch(/^symbol=LTC%2FBTC&side=BUY&timestamp=\d{13}$/);
    expect(signature).toBe(
      hmac("sha256", "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j", signed ?? "").digest("hex"),
    );
    expect(seen.headers["x-mbx-apikey"]).toMatch(/^vmPUZE/);
    expect(dry).toMatch(/timestamp=\d{13}&signature=REDACTED/);
    expect(dry).not.toContain("vmPUZE");
  });

  test("an exchange signs the path and the bytes of a digest, with a key in base64 (Kraken)", async () => {
    const key = Buffer.from("a key of bytes \u0000\u0001").toString("base64");
    const { seen, dry } = await send(
      "post",
      {
        algorithm: "hmac-sha512",
        key: "privateKey",
        keyEncoding: "base64",
        encoding: "base64",
        timestamp: "ms",
        stringToSign: [{ $cel: "path" }, { sha256: { $text: "${timestamp}${body}" } }],
        apply: [
          { in: "body", name: "nonce", value: { $cel: "timestamp" } },
          { in: "header", name: "API-Key", value: { $cel: "credential.apiKey" } },
          { in: "header", name: "API-Sign" },
        ],
      },
      { apiKey: "kraken-api-key", privateKey: key },
    );
    const body = seen.body.toString();
    const nonce = new URLSearchParams(body).get("nonce") ?? "";
    expect(body).toBe(`ordertype=limit&pair=XBT%2FUSD&nonce=${nonce}`);
    const digest = createHash("sha256")
      .update(nonce + body)
      .digest();
    const expected = hmac("sha512", Buffer.from(key, "base64"), Buffer.concat([Buffer.from("/0/private/AddOrder"), digest]));
    expect(seen.headers["api-sign"]).toBe(expected.digest("base64"));
    expect(dry).toContain('"api-sign":"[redacted]"');
  });

  test("a shop signs body and time (Shopline)", async () => {
    const { seen } = await send(
      "json",
      {
        algorithm: "hmac-sha256",
        key: "appSecret",
        timestamp: "ms",
        stringToSign: { $text: "${body}${timestamp}" },
        apply: [
          { in: "header", name: "appkey", value: { $cel: "credential.appKey" } },
          { in: "header", name: "timestamp", value: { $cel: "timestamp" } },
          { in: "header", name: "sign" },
        ],
      },
      { appKey: "shop-app-key", appSecret: "shop-app-secret" },
    );
    expect(seen.headers.sign).toBe(hmac("sha256", "shop-app-secret", `${seen.body}${seen.headers.timestamp}`).digest("hex"));
  });

  test("a name and a digest of the password stand in one header (WSSE UsernameToken)", async () => {
    const { seen, dry } = await send(
      "get",
      {
        algorithm: "sha1",
        encoding: "base64",
        timestamp: "iso8601",
        stringToSign: [{ hex: { $cel: "nonce" } }, { $cel: "timestamp" }, { $cel: "credential.password" }],
        apply: [
          {
            in: "header",
            name: "X-WSSE",
            value: {
              $text:
                'UsernameToken Username="${credential.username}", PasswordDigest="${signature}", Nonce="${nonceBase64}", Created="${timestamp}"',
            },
          },
        ],
      },
      { username: "bob", password: "taadtaadpstcsm" },
    );
    const said = /^UsernameToken Username="bob", PasswordDigest="([^"]+)", Nonce="([^"]+)", Created="([^"]+)"$/.exec(
      String(seen.headers["x-wsse"]),
    );
    const [, digest, nonce = "", created = ""] = said ?? [];
    expect(created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Buffer.from(nonce, "base64")).toHaveLength(16);
    expect(digest).toBe(
      createHash("sha1")
        .update(Buffer.concat([Buffer.from(nonce, "base64"), Buffer.from(`${created}taadtaadpstcsm`)]))
        .digest("base64"),
    );
    expect(dry).toContain('"x-wsse":"[redacted]"');
  });
});

test("values see all of the request, and parts of it by name", async () => {
  const { seen } = await send(
    "json",
    {
      algorithm: "md5",
      nonceBytes: 4,
      timestamp: "http_date",
      stringToSign: {
        $text:
          "${method}|${host}|${path}|${queryString}|${headers['content-type']}|${bodySha256}|${bodyMd5}|${nonce}|${timestamp}|${settings.baseUrl}",
      },
      apply: [
        { in: "header", name: "x-nonce", value: { $cel: "nonce" } },
        { in: "header", name: "x-date", value: { $cel: "timestamp" } },
        { in: "cookie", name: "sig" },
        { in: "body", name: "sig", value: { $text: "v1=${signature}" } },
      ],
    },
    { unused: "nothing of it" },
  );
  const body = '{"name":"ü","size":2}';
  const { "x-nonce": nonce, "x-date": date, host } = seen.headers;
  const hash = (name: string) => createHash(name).update(body).digest("hex");
  const text = ["POST", host, "/json", "", "application/json", hash("sha256"), hash("md5"), nonce, date, `http://${host}`].join(
    "|",
  );
  const signature = createHash("md5").update(text).digest("hex");
  expect(nonce).toMatch(/^[0-9a-f]{8}$/);
  expect(date).toMatch(/GMT$/);
  expect(seen.headers.cookie).toBe(`sig=${signature}`);
  expect(JSON.parse(seen.body.toString())).toEqual({ name: "ü", size: 2, sig: `v1=${signature}` });
});

const pairs = {
  "rsa-sha256": generateKeyPairSync("rsa", { modulusLength: 2048 }),
  "ecdsa-sha256": generateKeyPairSync("ec", { namedCurve: "P-256" }),
  ed25519: generateKeyPairSync("ed25519"),
} as const;

test.each(["rsa-sha256", "ecdsa-sha256", "ed25519"] as const)("%s is what the public key accepts", async (algorithm) => {
  const { privateKey, publicKey } = pairs[algorithm];
  const pem = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  const apply = [{ in: "header", name: "signature" }] as const;
  const { seen } = await send(
    "json",
    { algorithm, key: "privateKey", encoding: "base64url", stringToSign: { $cel: "body" }, apply },
    { privateKey: pem },
  );
  const signature = Buffer.from(String(seen.headers.signature), "base64url");
  expect(verify(algorithm === "ed25519" ? null : "sha256", seen.body, publicKey, signature)).toBe(true);
});

const plain: RequestSignature = {
  algorithm: "hmac-sha256",
  key: "key",
  stringToSign: { $text: "${method} ${path} ${nonce}" },
  apply: [
    { in: "header", name: "x-nonce", value: { $cel: "nonce" } },
    { in: "header", name: "x-sign" },
  ],
};

describe("a signature counts for one request", () => {
  async function open(
    answer: (request: Seen, count: number) => Answer,
    algorithm: RequestSignature["algorithm"] = "hmac-sha256",
  ) {
    const vendor = await openVendor(answer);
    onTestFinished(vendor.close);
    const scheme: SingleAuthScheme = { kind: "signature", fields: fieldsOf("key"), ...plain, algorithm };
    const other = await openVendor(() => ({ body: { ok: true } }));
    onTestFinished(other.close);
    const options = { egress: { allow: [vendor.origin, other.origin] }, connection: { credential: { key: "a shared key 1" } } };
    const { runtime, connection } = connect(contractWith(scheme), vendor, options);
    onTestFinished(() => runtime.close());
    return { vendor, other, call: () => runtime.call("vendor/get", { connection, input: {} }) };
  }

  const signs = ({ seen }: { readonly seen: readonly Seen[] }) => seen.map(({ headers }) => headers["x-sign"]);

  test("another attempt has one of its own", async () => {
    const { vendor, call } = await open((_, count) =>
      count === 1 ? { status: 503, headers: { "retry-after": "0" } } : { body: {} },
    );
    expect(await call()).toMatchObject({ outcome: "success", meta: { attempts: 2 } });
    expect(new Set(signs(vendor)).size).toBe(2);
  });

  test("a redirect on the same origin is signed for where it goes, one to another origin is not signed", async () => {
    const { vendor, call } = await open(({ path }) =>
      path === "/moved" ? { body: {} } : { status: 307, headers: { location: "/moved" } },
    );
    expect(await call()).toMatchObject({ outcome: "success" });
    const [, second] = vendor.seen;
    expect(second?.headers["x-sign"]).toBe(
      hmac("sha256", "a shared key 1", `GET /moved ${second?.headers["x-nonce"]}`).digest("hex"),
    );

    let elsewhere = "";
    const away = await open(() => ({ status: 307, headers: { location: elsewhere } }));
    elsewhere = `${away.other.origin}/there`;
    expect(await away.call()).toMatchObject({ outcome: "success" });
    expect(signs(away.other)).toEqual([undefined]);
  });

  test("what an answer echoes of it is masked", async () => {
    const { vendor, call } = await open(({ headers }) => ({
      status: 401,
      body: { error: { message: `bad signature ${headers["x-sign"]}` } },
    }));
    const result = await call();
    expect(result).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED" } });
    expect(JSON.stringify(result)).not.toContain(signs(vendor)[0]);
    const kind = await open(({ headers }) => ({ body: { echo: headers["x-sign"] ?? "" } }));
    expect(await kind.call()).toMatchObject({ output: { echo: "[redacted]" } });
  });

  test("a key that cannot sign is a fault of the credential, and nothing is sent", async () => {
    const { vendor, call } = await open(() => ({ body: {} }), "rsa-sha256");
    expect(await call()).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED", path: "/credential/key" } });
    expect(vendor.seen).toEqual([]);
  });
});

test("what goes along with every request is there before it is signed", async () => {
  const also = [
    { in: "header", name: "x-tenant", value: { $cel: "credential.tenant" } },
    { in: "header", name: "x-api-version", value: "7" },
  ] as const;
  const signature: RequestSignature = {
    ...plain,
    stringToSign: { $text: "${headers['x-tenant']}:${headers['x-api-version']}" },
    apply: [{ in: "header", name: "x-sign" }],
  };
  const { seen, dry } = await send("get", signature, { key: "a shared key 1", tenant: "tenant-4711-xyz" }, { also });
  expect(seen.headers["x-sign"]).toBe(hmac("sha256", "a shared key 1", "tenant-4711-xyz:7").digest("hex"));
  expect(dry).toContain('"x-api-version":"7"');
  expect(dry).toContain('"x-tenant":"[redacted]"');
});
