// Pins: a secret that gets through in another spelling; data that is masked although it is none.
import { describe, expect, it } from "vitest";
import { createRedactor, redactBySchema, tokensIn } from "../../src/index.ts";

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

describe("what is encoded more than once, cut up, or part of a secret", () => {
  const { text, data } = createRedactor([SECRET]);
  const in64 = (part: string) => Buffer.from(part).toString("base64");
  const html = (part: string) =>
    part.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&#34;").replaceAll("'", "&#x27;");
  const quoted = (part: string) => JSON.stringify(part).slice(1, -1);
  const inLines = (part: string, width: number, end: string) => part.match(new RegExp(`[^]{1,${width}}`, "g"))?.join(end) ?? "";

  it.each([
    ["HTML of JSON", html(quoted(SECRET))],
    ["a URL of HTML", encodeURIComponent(html(SECRET))],
    ["a URL of JSON of JSON", encodeURIComponent(quoted(quoted(SECRET)))],
    ["base64 of a URL", in64(`id=ada&secret=${encodeURIComponent(SECRET)}`)],
    ["base64 of JSON of JSON", in64(JSON.stringify({ body: JSON.stringify({ key: SECRET }) }))],
    ["base64 of a header with base64", in64(`authorization: Basic ${in64(`ada:${SECRET}`)}`)],
    ["hex of JSON", Buffer.from(JSON.stringify({ key: SECRET })).toString("hex")],
    ["base64 in a URL", encodeURIComponent(in64(`??>>${SECRET}`))],
    ["base64 in lines", inLines(in64(`user@example.com:${SECRET}`), 20, "\r\n  ")],
    ["base64 in lines, escaped", inLines(in64(SECRET), 16, "\\n")],
    ["base64 in lines, in a URL", encodeURIComponent(inLines(in64(SECRET), 16, "\r\n"))],
    ["lines", inLines(SECRET, 9, "\n")],
    ["lines of a mail", inLines(SECRET, 9, "=\r\n")],
  ])("is found as %s", (_, form) => {
    const shown = text(`before ${form} after`);
    expect(shown).toMatch(/^before .*\[redacted\].* after$/s);
    for (const piece of ["w0rd", "0123456789", "abcdef", form.slice(12, 24)]) expect(shown).not.toContain(piece);
  });

  it("is found in halves that follow each other in one text alone", () => {
    expect(data({ a: SECRET.slice(0, 12), b: SECRET.slice(12), c: `${SECRET.slice(0, 12)}\n${SECRET.slice(12)}` })).toEqual({
      a: SECRET.slice(0, 12),
      b: SECRET.slice(12),
      c: "[redacted]",
    });
  });

  it("is found by a line of a key, however the key is wrapped, and by the signature of a token", () => {
    const body = Buffer.from(
      "a private key that is long enough for some lines, 0123456789 abcdefghijklmnop, and so on, to the end",
    );
    const pem = `-----BEGIN PRIVATE KEY-----\n${inLines(body.toString("base64"), 64, "\n")}\n-----END PRIVATE KEY-----\n`;
    const redactor = createRedactor([pem, "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"]);
    for (const form of [
      body.toString("base64").slice(0, 64),
      inLines(body.toString("base64"), 40, "\n"),
      JSON.stringify(pem),
      JSON.stringify({ key: JSON.stringify(pem) }),
      pem.replaceAll("\n", "\r\n"),
      pem.replaceAll("\n", " "),
      "signature dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
    ])
      expect(redactor.data(form), form).toMatch(/\[redacted\]/);
    expect(redactor.data(body.toString("base64").slice(0, 20))).toContain("YSBw");
  });

  it("is found where what is secret of it stands in an account's file", () => {
    const account = JSON.stringify({
      client_email: "robot@example.com",
      private_key: "line-0123456789-0123456789",
      token_uri: "https://example.com/token",
    });
    const redactor = createRedactor([account]);
    expect(redactor.data("robot@example.com https://example.com/token line-0123456789-0123456789")).toBe(
      "robot@example.com https://example.com/token [redacted]",
    );
  });

  it("is found as a number, and as nothing but itself among numbers", () => {
    expect(createRedactor(["481516234"]).data({ pin: 481516234, other: 481516235 })).toEqual({
      pin: "[redacted]",
      other: 481516235,
    });
  });

  it("takes no more than a moment in texts that were made to take long", () => {
    for (const piece of [
      "\\",
      "%25",
      "&amp;",
      "\\n",
      "=\r\n",
      "abcdefgh/",
      "%0A",
      "&#0000034;",
      SECRET.slice(0, 12),
      in64(SECRET.slice(4)),
    ]) {
      const started = performance.now();
      text(`${SECRET} ${piece.repeat(500_000 / piece.length)} ${SECRET.slice(0, -1)}`);
      expect(performance.now() - started, piece).toBeLessThan(5_000);
    }
  });
});

describe("what is learned", () => {
  it("is forgotten in the order in which it was told last", () => {
    const { learn, data } = createRedactor([]);
    const token = (n: number) => `token-number-${String(n).padStart(4, "0")}`;
    for (let n = 0; n < 40; n++) {
      learn([token(n)]);
      learn([token(0)]);
    }
    expect([0, 39, 1].map((n) => data(token(n)))).toEqual(["[redacted]", "[redacted]", token(1)]);
  });
});

describe("what tells by its name", () => {
  it("is hidden in errors and logs, however short it is, and shown in data", () => {
    const { json, data } = createRedactor([]);
    const error = {
      error: { code: 7, key: "email", password: "pw", accessToken: 12, "api-key": "k", token_type: "bearer", token: null },
    };
    expect(json(error)).toEqual({
      error: {
        code: 7,
        key: "email",
        password: "[redacted]",
        accessToken: "[redacted]",
        "api-key": "[redacted]",
        token_type: "bearer",
        token: null,
      },
    });
    expect(data(error)).toBe(error);
  });

  it("is taken out of what token endpoints answer, by field, header and cookie", () => {
    const body = JSON.stringify({
      access_token: "access-1234",
      id_token: "id-123456",
      expires_in: "3600-3600",
      bot: { refresh_token: "refresh-1" },
    });
    const headers = {
      "x-session-token": "session-1",
      "set-cookie": "lang=en; Path=/, sess=abcdefghijklmnop; Expires=Sat, 01 Jan 2028",
    };
    expect(tokensIn({ headers, body })).toEqual(["session-1", "abcdefghijklmnop", "access-1234", "id-123456", "refresh-1"]);
    expect(tokensIn({ headers: {}, body: "access_token=form-token-1&scope=everything" })).toEqual(["form-token-1"]);
  });
});
