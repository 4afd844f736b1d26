// Pins: a header, a token or an error text of another system that keeps the process busy, or that is read as something that it is not.
import { createRedactor, requestSigner, wrapCredential } from "@mortise/auth";
import type { AuthScheme } from "@mortise/contract";
import { describe, expect, it, test } from "vitest";
import { canonicalPath, canonicalQuery, strictUrl } from "../../packages/auth/src/scheme/aws/canonical-uri.ts";
import { readChallenges, readParams } from "../../packages/auth/src/scheme/digest/challenges.ts";
import { baseString } from "../../packages/auth/src/scheme/oauth1/base-string.ts";
import { tokenRefusal } from "../../packages/auth/src/tokens/token-refusal.ts";

const SIZE = 1_000_000;
/** What takes time that grows faster than the text takes minutes. */
const QUICK_MS = 5_000;
const many = (piece: string) => piece.repeat(Math.ceil(SIZE / piece.length)).slice(0, SIZE);

function quickly<T>(work: () => T): T {
  const startedMs = performance.now();
  const found = work();
  expect(performance.now() - startedMs).toBeLessThan(QUICK_MS);
  return found;
}

const PIECES = [
  "a",
  " ",
  ",",
  "=",
  '"',
  '\\"',
  "\\",
  "Digest ",
  'a="',
  'a="b",',
  "a=b ",
  "a =",
  "a , ",
  'Digest realm="x",',
  'Digest a="\\',
  "a\t",
  "~=",
  "a,a ",
];

describe.each(PIECES)("a megabyte of %j", (piece) => {
  it("in a challenge is read in no time", () => {
    const header = many(piece);
    for (const text of [header, `Digest ${header}`, `Digest realm="${header}`, `${header}x`, `Digest nonce="n", ${header}`])
      quickly(() => readChallenges(text));
    quickly(() => readParams(`nextnonce="${header}`));
    quickly(() => readParams(header));
  });
});

test.each([
  "-eyJ",
  "eyJ",
  "-eyJaaaaaaaa.",
  "eyJaaaaaaaa.aaaaaaaa",
  "-SG.aaaaaaaaaaaaaaaa",
  "xoxb-",
  "-xoxb-1",
  "-ghp_",
  "-sk-",
  "AKIA",
  "Bearer ",
  "Bearer a",
  "-----BEGIN PRIVATE KEY-----",
  "-----BEGIN A ",
  "a://",
  "a://b:",
  "a://b:c",
  ":",
  "AIza-",
  "-AIza",
  "-github_pat_",
  "-glpat-",
])("a megabyte of %j is searched for secrets in no time", (piece) => {
  const redactor = createRedactor(["a-secret-of-the-connection"]);
  quickly(() => redactor.text(many(piece)));
});

/** Secrets that somebody chose to be looked for at great cost, in a text of their own making. */
test.each<[string, string]>([
  [`${"\\".repeat(12)}abc1`, "\\"],
  [`${"&amp;\\-".repeat(15)}Z9`, encodeURIComponent(encodeURIComponent("&amp;\\-"))],
  [`${"=\\\\\r\n".repeat(16)}abc1`, "=\\\\\r\n"],
  [`${"+\n".repeat(15)}abc1`, "+"],
  [`${"&".repeat(30)}abc1`, "%26"],
  [`${"\\ ".repeat(20)}abc1`, "\\ "],
  [`${"%25".repeat(20)}abc1`, "%2525"],
  [`${"-".repeat(500)}ab1`, "-"],
  [`${"-_.".repeat(300)}ab1`, "-_."],
  [`${"x".repeat(99_000)}-ab1`, "x"],
])("a secret that begins with %j and a text that nearly holds it a thousand times keep nobody waiting", (secret, piece) => {
  const redactor = createRedactor([secret]);
  const text = piece.repeat(Math.ceil(50_000 / piece.length));
  quickly(() => redactor.text(text));
  quickly(() => redactor.text(JSON.stringify(secret.slice(0, -1)).repeat(10)));
});

test("a secret of any length is found, and never quoted by a refusal to look for it", () => {
  const secret = Array.from({ length: 12_000 }, (_, index) => `${(index * 7919).toString(36)}-`).join("");
  const redactor = createRedactor([secret]);
  for (const text of [secret, JSON.stringify(secret), encodeURIComponent(secret), Buffer.from(secret).toString("base64")]) {
    const shown = quickly(() => redactor.text(`before ${text} after`));
    expect(shown).toMatch(/^before .* after$/);
    expect(shown.length).toBeLessThan(2_000);
  }
});

test("a megabyte of words in a refusal is cut and cleaned in no time", () => {
  for (const piece of ["\u001b", "\u202e ", "a", "\n"]) {
    const body = { error: many(piece), error_description: many(piece) };
    const answer = { status: 400, headers: { "retry-after": many("1") }, body: "" };
    expect(quickly(() => tokenRefusal(answer, body, "id.acme.example", "/a", 0)).message.length).toBeLessThan(500);
  }
});

test("Basic is not answered beside Digest, nor a digest that is not known, nor a challenge without a nonce", async () => {
  const scheme: AuthScheme = { kind: "digest" };
  const owner = { credential: wrapCredential({ username: "ada", password: "a-password" }), settings: {} };
  const context = {
    nowMs: 0,
    randomBytes: (size: number) => new Uint8Array(size),
    held: () => undefined,
    learn: () => undefined,
  };
  const request = { method: "GET", url: new URL("https://api.acme.example/a"), headers: {} };
  for (const offered of [
    'Basic realm="x"',
    'Basic realm="Digest realm=x, nonce=y"',
    'Digest realm="x", nonce="n", algorithm=__proto__',
    'Digest realm="x", nonce="n", algorithm=constructor',
    'Digest realm="x", nonce="n", algorithm=SHA-1',
    'Digest realm="x", nonce="n", qop="other"',
    'Digest realm="x"',
    'Digest __proto__="x", nonce="n"',
  ]) {
    const signer = requestSigner(scheme, owner);
    const signed = await signer?.sign(request, context);
    const answer = { status: 401, headers: { "www-authenticate": offered } };
    expect(signed && signer?.answered?.(signed, answer, context), offered).toBe(false);
    expect((await signer?.sign(request, context))?.headers, offered).toEqual({});
  }
});

test("a challenge of one origin is not answered at another one", async () => {
  const signer = requestSigner(
    { kind: "digest" },
    { credential: wrapCredential({ username: "ada", password: "a-password" }), settings: {} },
  );
  const context = {
    nowMs: 0,
    randomBytes: (size: number) => new Uint8Array(size),
    held: () => undefined,
    learn: () => undefined,
  };
  const at = (origin: string) => ({ method: "GET", url: new URL(`${origin}/a`), headers: {} });
  const first = await signer?.sign(at("https://api.acme.example"), context);
  const challenge = { status: 401, headers: { "www-authenticate": 'Digest realm="api", nonce="n1", qop="auth"' } };
  expect(first && signer?.answered?.(first, challenge, context)).toBe(true);
  for (const origin of ["https://files.acme.example", "http://api.acme.example", "https://api.acme.example:8443"])
    expect((await signer?.sign(at(origin), context))?.headers, origin).toEqual({});
  expect((await signer?.sign(at("https://api.acme.example"), context))?.headers.authorization).toMatch(/^Digest /);
});

test("what a server quotes in a challenge ends no field of the answer to it", async () => {
  const signer = requestSigner(
    { kind: "digest" },
    { credential: wrapCredential({ username: 'a"da', password: "a-password" }), settings: {} },
  );
  const context = {
    nowMs: 0,
    randomBytes: (size: number) => new Uint8Array(size),
    held: () => undefined,
    learn: () => undefined,
  };
  const request = { method: "GET", url: new URL('https://api.acme.example/a?b="c'), headers: {} };
  const unsigned = await signer?.sign(request, context);
  const evil = '\\", response=\\"forged';
  const challenge = {
    status: 401,
    headers: { "www-authenticate": `Digest realm="r${evil}", nonce="n${evil}", opaque="o${evil}"` },
  };
  expect(unsigned && signer?.answered?.(unsigned, challenge, context)).toBe(true);
  const { authorization = "" } = (await signer?.sign(request, context))?.headers ?? {};
  const { params, after } = readParams(authorization.replace("Digest ", ""));
  expect(after).toBe("");
  expect(params).toMatchObject({
    username: 'a"da',
    realm: 'r", response="forged',
    response: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});

describe("what is signed for AWS is what is sent", () => {
  it.each([
    "/a/../b",
    "/a/%2e%2e/b",
    "/a%2fb/c",
    "/a%252fb",
    "/a//b",
    "/%2F%2Fevil",
    "/a%00b",
    "/a b+c",
    "/%E4%B8%AD/%ff",
    "/a;b=c",
    "/a?x=1&x=2&X=3",
    "/a?b&c=&=d",
    "/a?%61=1&a=2",
    "/a?a%3Db=c&a=b%3Dc",
    "/a?q=a+b%20c%2B",
    "/a?q=%zz",
    "/a?a=1#b",
    "/a?\u00e9=\u00e9",
  ])("%s", (target) => {
    const url = new URL(`https://service.acme.example${target}`);
    for (const isS3 of [true, false]) {
      const sent = strictUrl(url, isS3);
      expect(sent.origin).toBe(url.origin);
      // A second time nothing changes: there is one spelling.
      expect(strictUrl(sent, isS3).href).toBe(sent.href);
      const pairs = (text: string) => text.split("&").filter((part) => part !== "");
      const written = pairs(sent.search.slice(1)).map((pair) => (pair.includes("=") ? pair : `${pair}=`));
      expect(pairs(canonicalQuery(sent)).toSorted()).toEqual(written.toSorted());
      if (isS3)
        expect(canonicalPath(sent, false)).toBe(
          sent.pathname
            .split("/")
            .map((part) => part)
            .join("/"),
        );
      expect(sent.pathname.split("/").some((part) => part === "..")).toBe(false);
    }
  });
});

describe("two requests that differ have two base strings (RFC 5849 §3.4.1)", () => {
  const text = (method: string, address: string, body?: string) =>
    baseString(
      {
        method,
        url: new URL(address),
        headers: body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" },
        body,
      },
      [["oauth_nonce", "n"]],
    );
  it.each<[string, string, string?, string?]>([
    ["https://a.example/x?a=b%26c%3Dd", "https://a.example/x?a=b&c=d"],
    ["https://a.example/x?a=1&a=2", "https://a.example/x?a=12"],
    ["https://a.example/x?a=b%2526", "https://a.example/x?a=b%26"],
    ["https://a.example/x%3Fa=b", "https://a.example/x?a=b"],
    ["https://a.example/x?a%3Db", "https://a.example/x?a=b"],
    ["https://a.example/x?ab=", "https://a.example/x?a=b"],
    ["https://a.example/x", "https://a.example/x/"],
    ["https://a.example/x", "http://a.example/x"],
    ["https://a.example:444/x", "https://a.example/x"],
  ])("%s and %s", (one, other) => {
    expect(text("GET", one)).not.toBe(text("GET", other));
  });
  it("parameters count once in whatever order they are, in the query or in a form", () => {
    expect(text("POST", "https://a.example/x?b=2&a=1")).toBe(text("POST", "https://a.example/x?a=1&b=2"));
    expect(text("POST", "https://a.example/x?a=1", "b=2")).toBe(text("POST", "https://a.example/x", "a=1&b=2"));
    expect(text("POST", "https://a.example/x?a=1", "a=1")).not.toBe(text("POST", "https://a.example/x?a=1"));
  });
});
