// Pins: a request to a next page that is signed over what signed the page before, as vendors repeat parameters in links.
import type { AuthScheme } from "@mortise/contract";
import { expect, test } from "vitest";
import { requestSigner, wrapCredential } from "../../src/index.ts";
import { withoutParams } from "../../src/scheme/without-params.ts";

test("parameters are left out by their name, and the others stay as they are written", () => {
  const cases = [
    ["?a=1&oauth_token=t&b=%20x+y", "?a=1&b=%20x+y"],
    ["?oauth%5Ftoken=t", ""],
    ["?a=oauth_token", "?a=oauth_token"],
    ["", ""],
  ] as const;
  for (const [search, left] of cases)
    expect(withoutParams(new URL(`https://a.example/${search}`), (name) => name === "oauth_token").search).toBe(left);
});

test.each<readonly [string, AuthScheme]>([
  ["OAuth 1.0a", { kind: "oauth1", signature: "HMAC-SHA1", in: "query" }],
  [
    "a signature of the vendor's own",
    {
      kind: "signature",
      fields: { type: "object" },
      algorithm: "hmac-sha256",
      key: "consumerSecret",
      stringToSign: { $cel: "queryString" },
      apply: [
        { in: "query", name: "at", value: { $cel: "timestamp" } },
        { in: "query", name: "sig" },
      ],
    },
  ],
])("a request that repeats %s of an earlier one is signed as if it did not", async (_, scheme) => {
  const credential = wrapCredential({ consumerKey: "k", consumerSecret: "s" });
  const sign = async (address: string) => {
    const context = {
      nowMs: 1_767_225_600_000,
      randomBytes: (size: number) => new Uint8Array(size),
      held: () => undefined,
      learn: () => {},
    };
    const request = { method: "GET", url: new URL(address), headers: {} } as const;
    return (await requestSigner(scheme, { credential, settings: {} })?.sign(request, context))?.url.href ?? "";
  };
  const first = await sign("https://api.acme.example/list?page=2");
  expect(first).toContain("sig");
  expect(await sign(first)).toBe(first);
});
