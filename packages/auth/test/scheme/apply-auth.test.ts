// Pins: a credential in the wrong place, or one that breaks out of its header.
import type { AuthScheme } from "@mortise/contract";
import { expect, it } from "vitest";
import { applyAuth, type RequestDraft, Secret, wrapCredential } from "../../src/index.ts";

const draft: RequestDraft = { method: "GET", url: new URL("https://api.example.com/x?a=1"), headers: { cookie: "lang=en" } };
const apply = (scheme: AuthScheme, fields: Record<string, string>) => applyAuth(scheme, wrapCredential(fields), draft);

it("puts a key into header, query or cookie, with its prefix", () => {
  expect(apply({ kind: "apiKey", in: "header", name: "X-Api-Key", prefix: "Key " }, { apiKey: "k" })).toMatchObject({
    headers: { "x-api-key": "Key k" },
    secretHeaders: ["x-api-key"],
  });
  const query = apply({ kind: "apiKey", in: "query", name: "key" }, { apiKey: "a&b" });
  expect(query.url.href).toBe("https://api.example.com/x?a=1&key=a%26b");
  expect(query.secretParams).toEqual(["key"]);
  expect(draft.url.href).toBe("https://api.example.com/x?a=1");
  expect(apply({ kind: "apiKey", in: "cookie", name: "sid" }, { apiKey: "a;b" }).headers.cookie).toBe("lang=en; sid=a%3Bb");
});

it("keeps a key for the body apart, takes it from the field that the scheme names, and puts in several at once", () => {
  const several: AuthScheme = {
    kind: "all",
    of: [
      { kind: "apiKey", in: "body", name: "api_key", field: "siteKey" },
      { kind: "apiKey", in: "query", name: "app", field: "appKey" },
      { kind: "bearer" },
    ],
  };
  const done = apply(several, { siteKey: "s", appKey: "a", token: "t" });
  expect(done).toMatchObject({ secretFields: { api_key: "s" }, secretParams: ["app"], secretHeaders: ["authorization"] });
  expect(done.url.searchParams.get("app")).toBe("a");
  expect(done.headers).toMatchObject({ authorization: "Bearer t", cookie: "lang=en" });
});

it("puts in the token that was fetched, where the scheme says, and sends nothing without one", () => {
  const scheme: AuthScheme = {
    kind: "oauth2",
    grant: "client_credentials",
    apply: { in: "header", name: "X-Token", prefix: "T " },
  };
  const held = () => new Secret("fresh");
  expect(applyAuth(scheme, wrapCredential({}), draft, held).headers["x-token"]).toBe("T fresh");
  expect(() => applyAuth(scheme, wrapCredential({}), draft)).toThrow("no token");
});

it("writes Basic in UTF-8 (RFC 7617) and Bearer (RFC 6750)", () => {
  expect(apply({ kind: "basic" }, { username: "ada", password: "pässword" }).headers.authorization).toBe(
    "Basic YWRhOnDDpHNzd29yZA==",
  );
  expect(apply({ kind: "bearer" }, { token: "t" }).headers.authorization).toBe("Bearer t");
});

it("changes nothing for none and fields", () => {
  expect(apply({ kind: "none" }, {}).headers).toEqual(draft.headers);
  expect(apply({ kind: "fields", fields: {} }, { password: "p" }).headers).toEqual(draft.headers);
});

it("refuses what a header cannot carry, without showing it", () => {
  expect(() => apply({ kind: "bearer" }, { token: "canary\r\nX-Evil: 1" })).toThrow(/^(?!.*canary).*characters/);
  expect(() => apply({ kind: "basic" }, { username: "a:b", password: "p" })).toThrow("colon");
  expect(() => apply({ kind: "bearer" }, {})).toThrow("no token");
});
