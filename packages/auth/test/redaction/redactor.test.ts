// Pins: a secret that gets through in another spelling; data that is masked although it is none.
import { describe, expect, it } from "vitest";
import { createRedactor, redactBySchema } from "../../src/index.ts";

const SECRET = 'pa$$ w0rd/"ü+x-0123456789-abcdef';

describe("the net by value", () => {
  const { text, json, data, finds } = createRedactor([SECRET]);
  const bytes = Buffer.from(SECRET);

  it.each([
    ["raw", SECRET],
    ["URL", encodeURIComponent(SECRET)],
    ["form", new URLSearchParams({ s: SECRET }).toString().slice(2)],
    ["JSON", JSON.stringify(SECRET)],
    ["hex", bytes.toString("hex")],
    ["upper-case hex", bytes.toString("hex").toUpperCase()],
    ["base64", bytes.toString("base64")],
    ["base64url", bytes.toString("base64url")],
    ["base64 of a pair", Buffer.from(`someone:${SECRET}`).toString("base64")],
    ["base64 of a longer pair", Buffer.from(`anyone12:${SECRET}`).toString("base64")],
    ["base64 between others", Buffer.from(`xy${SECRET}zz`).toString("base64")],
  ])("catches a secret in %s form", (_, form) => {
    const shown = text(`before ${form} after`);
    expect(shown).toContain("[redacted]");
    expect(shown).not.toContain(form.slice(12, -8));
    expect(finds(`before ${form} after`)).toBe(true);
  });

  it("goes through deep JSON, keys included, and returns untouched data as the same object", () => {
    expect(json({ a: [{ [SECRET]: `x${SECRET}` }], n: 1, z: null })).toEqual({
      a: [{ "[redacted]": "x[redacted]" }],
      n: 1,
      z: null,
    });
    const clean = { a: ["b", { c: 1 }] };
    expect(json(clean)).toBe(clean);
    expect(data(clean)).toBe(clean);
  });

  it("leaves short and monotonous values alone, as they are likely ordinary text", () => {
    const redactor = createRedactor(["short", "aaaaaaaaaa", ""]);
    expect(redactor.text("short aaaaaaaaaa")).toBe("short aaaaaaaaaa");
    expect(redactor.finds("anything")).toBe(false);
  });

  it("leaves look-alikes in data, where they may be the payload", () => {
    expect(data({ authorization: "Bearer abcdef0123456789" })).toEqual({ authorization: "Bearer abcdef0123456789" });
  });
});

describe("the net by pattern", () => {
  const { text } = createRedactor([]);

  it.each([
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
    "Bearer abcdef0123456789",
    "postgres://app:hunter2hunter@db.example.com/x",
    "ghp_0123456789abcdefghijABCDEFGHIJ",
    "xoxb-1234567890-abcdefghij",
    "AKIAIOSFODNN7EXAMPLE",
    "sk_live_0123456789abcdef",
  ])("catches %s", (value) => {
    expect(text(`found ${value} here`)).toContain("[redacted]");
  });

  it.each(["Bearer authentication is required", "Token expired", "https://example.com:8080/a@b", "a basic misunderstanding"])(
    "leaves %s",
    (value) => {
      expect(text(value)).toBe(value);
    },
  );
});

describe("the net by place", () => {
  const { headers, url } = createRedactor([]);

  it("hides headers and parameters that tell by their name", () => {
    expect(
      headers(
        { Authorization: "x", "X-Api-Key": "x", "x-vendor-token": "x", Cookie: "x", "X-Trace": "x", "Idempotency-Key": "k" },
        ["x-trace"],
      ),
    ).toEqual({
      Authorization: "[redacted]",
      "X-Api-Key": "[redacted]",
      "x-vendor-token": "[redacted]",
      Cookie: "[redacted]",
      "X-Trace": "[redacted]",
      "Idempotency-Key": "k",
    });
    expect(url(new URL("https://u:p@example.com/x?api_key=1&accessToken=2&page=3&k=4"), ["k"])).toBe(
      "https://example.com/x?api_key=REDACTED&accessToken=REDACTED&page=3&k=REDACTED",
    );
  });

  it("hides what a schema marks, wherever it may apply", () => {
    const schema = {
      $defs: { login: { type: "object", properties: { password: { "x-secret": true } } } },
      type: "object",
      properties: {
        token: { type: "string", "x-secret": true },
        logins: { type: "array", items: { $ref: "#/$defs/login" } },
        choice: { anyOf: [{ type: "string" }, { type: "object", properties: { pin: { "x-secret": true } } }] },
      },
      additionalProperties: { type: "object", properties: { key: { "x-secret": true } } },
    } as const;
    const value = {
      token: "t",
      logins: [{ password: "p", user: "u" }],
      choice: { pin: 1 },
      other: { key: { deep: 1 }, name: "n" },
      none: null,
    };
    expect(redactBySchema(value, schema)).toEqual({
      token: "[redacted]",
      logins: [{ password: "[redacted]", user: "u" }],
      choice: { pin: "[redacted]" },
      other: { key: "[redacted]", name: "n" },
      none: null,
    });
    expect(redactBySchema(value, true)).toBe(value);
  });
});
