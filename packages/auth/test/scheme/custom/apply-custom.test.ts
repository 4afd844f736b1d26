// Pins: code of a connector that changes where a request goes or how it is framed, that sees another scheme's credential, or whose signature
// shows in logs as it is not marked as secret.
import type { CustomScheme, Json } from "@mortise/contract";
import { describe, expect, it } from "vitest";
import { wrapCredential } from "../../../src/index.ts";
import { applyCustom, type UnsignedRequest } from "../../../src/scheme/custom/apply-custom.ts";
import type { CustomCode, CustomCodeRequest } from "../../../src/scheme/custom/custom-code.ts";

const scheme: CustomScheme = {
  kind: "custom",
  fields: {
    type: "object",
    properties: { secret: { type: "string", "x-secret": true }, hint: { type: "string" } },
    required: ["secret"],
  },
  code: "function sign() {}",
};
const request: UnsignedRequest = {
  method: "POST",
  url: new URL("https://api.example.com/a?b=1"),
  headers: { "content-type": "application/json", authorization: "Bearer other-schemes-token" },
  body: "{}",
};

/** Stands for the sandbox: returns what it is told and keeps what it was asked. */
function returning(value: Json): CustomCode & { readonly asked: CustomCodeRequest[] } {
  const asked: CustomCodeRequest[] = [];
  return {
    asked,
    run: async (ask) => {
      asked.push(ask);
      return value;
    },
  };
}

const apply = (
  code: CustomCode | undefined,
  changed: Partial<UnsignedRequest> = {},
  credential = { secret: "s3cret-value", elses: "none of its business" },
) =>
  applyCustom(
    scheme,
    { ...request, ...changed },
    {
      credential: wrapCredential(credential),
      settings: { region: "eu" },
      nowMs: 1_000,
      randomBytes: (size) => new Uint8Array(size).fill(7),
      code,
    },
  );

describe("a custom scheme", () => {
  it("gives its code the request, its own fields, the time and something random", async () => {
    const code = returning({});
    await apply(code);
    expect(code.asked[0]).toMatchObject({ name: "sign", source: scheme.code, nowMs: 1_000 });
    expect(code.asked[0]?.input).toEqual({
      method: "POST",
      url: "https://api.example.com/a?b=1",
      headers: request.headers,
      body: "{}",
      credential: { secret: "s3cret-value" },
      settings: { region: "eu" },
      nowMs: 1_000,
      random: "07".repeat(32),
    });
  });

  it("names as secrets what errors must not contain, other schemes' tokens too", async () => {
    const code = returning({});
    await apply(code);
    expect(code.asked[0]?.secrets).toEqual(expect.arrayContaining(["s3cret-value", "other-schemes-token"]));
  });

  it("gives bytes as base64 and no body as null", async () => {
    const code = returning({});
    await apply(code, { body: Buffer.from([0, 255]) });
    await apply(code, { body: undefined });
    expect(code.asked.map(({ input }) => (input as { body: Json }).body)).toEqual([{ base64: "AP8=" }, null]);
  });

  it("adds headers, parameters and cookies, all of them secret", async () => {
    const added = { headers: { "X-Sig": "abc" }, query: { sig: "d e" }, cookies: { sid: "f" } };
    const signed = await apply(returning(added));
    expect(signed.headers).toEqual({ ...request.headers, "x-sig": "abc", cookie: "sid=f" });
    expect(signed.url.href).toBe("https://api.example.com/a?b=1&sig=d%20e");
    expect(signed).toMatchObject({
      secretHeaders: ["x-sig", "cookie"],
      secretParams: ["sig"],
      echoes: ["abc", "d e", "f"],
      body: "{}",
    });
  });

  it("leaves a request alone to which nothing is added", async () => {
    expect(await apply(returning({}))).toMatchObject({
      headers: request.headers,
      url: request.url,
      secretHeaders: [],
      echoes: [],
    });
  });

  it("says that there is no sandbox where there is none", async () => {
    await expect(apply(undefined)).rejects.toMatchObject({
      code: "MISCONFIGURED",
      message: expect.stringContaining("no sandbox"),
    });
  });

  it("misses a credential field that is required", async () => {
    await expect(apply(returning({}), {}, {} as never)).rejects.toMatchObject({
      code: "AUTH_FAILED",
      data: { path: "/credential/secret" },
    });
  });
});

describe("what code may not add", () => {
  const refused: readonly (readonly [string, Json])[] = [
    ["nothing at all", null],
    ["a list", []],
    ["a text", "authorization: x"],
    ["another method", { method: "DELETE" }],
    ["another address", { url: "https://evil.example/" }],
    ["a body", { body: "x" }],
    ["headers that are a list", { headers: [["x-sig", "1"]] }],
    ["a number", { headers: { "x-sig": 1 } }],
    ["null", { query: { sig: null } }],
    ["host", { headers: { Host: "evil.example" } }],
    ["content-length", { headers: { "Content-Length": "0" } }],
    ["transfer-encoding", { headers: { "transfer-encoding": "chunked" } }],
    ["connection", { headers: { connection: "x-sig" } }],
    ["upgrade", { headers: { upgrade: "h2c" } }],
    ["proxy-authorization", { headers: { "Proxy-Authorization": "Basic x" } }],
    ["a cookie by way of a header", { headers: { cookie: "a=b" } }],
    ["a second request in a value", { headers: { "x-sig": "a\r\nhost: evil.example" } }],
    ["a second request in a name", { headers: { "x-sig: a\r\nhost": "evil.example" } }],
    ["a NUL", { headers: { "x-sig": "a\0" } }],
    ["a name that is empty", { query: { "": "x" } }],
    ["a cookie whose name ends it", { cookies: { "a=b; c": "d" } }],
    ["half of a surrogate pair", { query: { sig: "\ud800" } }],
    ["a header that the operation set", { headers: { "content-type": "text/plain" } }],
    ["a header of another scheme", { headers: { Authorization: "Bearer mine" } }],
    ["a parameter that the operation set", { query: { b: "2" } }],
    ["the same header twice", { headers: { "X-Sig": "1", "x-sig": "2" } }],
    ["too much", { headers: { "x-sig": "a".repeat(20_000) } }],
    ["too many", { query: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`p${at}`, "1"])) }],
  ];

  it.each(refused)("%s", async (_, returned) => {
    await expect(apply(returning(returned))).rejects.toMatchObject({ code: "CODE_FAILED" });
  });

  it("is not repeated in the error where it is not plain", async () => {
    const error = await apply(returning({ "\u202e\n": {} })).catch((caught: Error) => caught);
    expect((error as Error).message).toMatch(/^[\x20-\x7e]*$/);
  });
});
