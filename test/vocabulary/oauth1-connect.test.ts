// Pins: a person who cannot connect with OAuth 1.0a, or is connected with somebody else's token.
import { createHmac } from "node:crypto";
import type { OAuth1Scheme } from "@mortise/contract";
import OAuth from "oauth-1.0a";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Answer, at, connect, contractOf, openVendor, type Seen } from "./vendor.ts";

const redirectUri = "https://app.example/callback";
const client = { consumerKey: "consumer-1", consumerSecret: "consumer-secret-1" };

/** What an independent library makes of the OAuth header that came. */
function isSigned({ method, path, headers }: Seen, origin: string, tokenSecret: string): boolean {
  const header = [...(headers.authorization ?? "").matchAll(/(oauth_\w+)="([^"]*)"/g)];
  const { oauth_signature: signature, ...rest } = Object.fromEntries(
    header.map(([, name, value]) => [name, decodeURIComponent(value ?? "")]),
  );
  const library = new OAuth({
    consumer: { key: client.consumerKey, secret: client.consumerSecret },
    signature_method: "HMAC-SHA1",
    hash_function: (base, key) => createHmac("sha1", key).update(base).digest("base64"),
  });
  return (
    signature === library.getSignature({ method, url: `${origin}${path}`, data: {} }, tokenSecret, rest as unknown as OAuth.Data)
  );
}

const said = ({ headers }: Seen, name: string) =>
  decodeURIComponent(new RegExp(`${name}="([^"]*)"`).exec(headers.authorization ?? "")?.[1] ?? "");

async function open(more: Partial<OAuth1Scheme> = {}) {
  const state = { origin: "" };
  const vendor = await openVendor((request): Answer => {
    const form = (fields: Record<string, string>): Answer => ({
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(fields).toString(),
    });
    if (request.path === "/initiate")
      return isSigned(request, state.origin, "") && said(request, "oauth_callback") === redirectUri
        ? form({ oauth_token: "temporary-1", oauth_token_secret: "temporary-secret-1", oauth_callback_confirmed: "true" })
        : { status: 401, body: "oauth_problem=signature_invalid" };
    if (request.path === "/token")
      return isSigned(request, state.origin, "temporary-secret-1") && said(request, "oauth_verifier") === "verifier-1"
        ? form({ oauth_token: "token-1-of-ada", oauth_token_secret: "token-secret-1", user_id: "4711" })
        : { status: 401, body: "oauth_problem=verifier_invalid" };
    return isSigned(request, state.origin, "token-secret-1")
      ? { body: { token: said(request, "oauth_token") } }
      : { status: 401 };
  });
  state.origin = vendor.origin;
  onTestFinished(vendor.close);
  const contract = contractOf(
    { me: { request: { method: "GET", url: at("/me") } } },
    {
      auth: {
        account: {
          kind: "oauth1",
          signature: "HMAC-SHA1",
          requestTokenUrl: "{settings.baseUrl}/initiate",
          authorizeUrl: "{settings.baseUrl}/authorize?lang=en",
          accessTokenUrl: "{settings.baseUrl}/token",
          keep: [{ setting: "userId", from: { body: "/user_id" } }],
          ...more,
        },
      },
      settings: { type: "object", properties: { userId: { type: "string", pattern: "^[0-9]+$" } } },
    },
  );
  const { runtime, connection } = connect(contract, vendor, { connection: { credential: client } });
  onTestFinished(() => runtime.close());
  const finish = (query: string, kept: { readonly state: string; readonly codeVerifier: string | undefined }) =>
    runtime.finishAuthorization({
      connection,
      redirectUri,
      callbackUrl: `${redirectUri}?${query}`,
      state: kept.state,
      codeVerifier: kept.codeVerifier,
    });
  return { vendor, runtime, connection, start: () => runtime.startAuthorization({ connection, redirectUri }), finish };
}

test("a person is sent to the vendor and comes back connected", async () => {
  const { vendor, runtime, connection, start, finish } = await open();
  const kept = await start();
  expect(kept.url.href).toBe(`${vendor.origin}/authorize?lang=en&oauth_token=temporary-1`);
  expect(kept).toMatchObject({ state: "temporary-1", codeVerifier: "temporary-secret-1" });
  const credential = await finish("oauth_token=temporary-1&oauth_verifier=verifier-1", kept);
  expect(credential).toEqual({ ...client, token: "token-1-of-ada", tokenSecret: "token-secret-1", "kept.userId": "4711" });
  const result = await runtime.call("vendor/me", { connection: { ...connection, credential }, input: {} });
  expect(result).toMatchObject({ outcome: "success", output: { token: "[redacted]" } });
});

describe("nothing is exchanged", () => {
  test.each([
    ["for a token of another sign-in", "oauth_token=temporary-2&oauth_verifier=verifier-1", "another sign-in"],
    ["where the person said no", "denied=temporary-1", "not granted"],
    ["without a verifier", "oauth_token=temporary-1", "oauth_verifier"],
  ])("%s", async (_, query, message) => {
    const { vendor, start, finish } = await open();
    const kept = await start();
    await expect(finish(query, kept)).rejects.toMatchObject({ code: "AUTH_FAILED", message: expect.stringContaining(message) });
    expect(vendor.seen.map(({ path }) => path)).toEqual(["/initiate"]);
  });
});

test("a refusal is told in the vendor's words, and nothing secret is in it", async () => {
  const { start, finish } = await open();
  const kept = await start();
  const failure = await finish("oauth_token=temporary-1&oauth_verifier=verifier-of-another", kept).catch(
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ code: "AUTH_FAILED", data: { nativeCode: "verifier_invalid", status: 401 } });
  expect(JSON.stringify(failure)).not.toMatch(/secret-1|verifier-of-another/);
});

test("the parameters of the protocol go where the contract says, on the way to a token too", async () => {
  const { vendor, start } = await open({ in: "body" });
  await start().catch(() => undefined);
  expect(new URLSearchParams(vendor.seen[0]?.body.toString()).get("oauth_callback")).toBe(redirectUri);
});
