// Pins: requests of OAuth 1.0a that a vendor refuses: a wrong base string, a nonce or a time that is used twice, parameters in the wrong place.
import { createHmac } from "node:crypto";
import type { AuthScheme, OAuth1Scheme } from "@mortise/contract";
import OAuth from "oauth-1.0a";
import { expect, onTestFinished, test } from "vitest";
import { type Answer, at, connect, contractOf, openVendor, type Seen } from "./vendor.ts";

const credential = {
  consumerKey: "consumer-1",
  consumerSecret: "consumer secret & 1",
  token: "token/1",
  tokenSecret: "token+secret=1",
};

const contractWith = (scheme: Omit<OAuth1Scheme, "kind">) =>
  contractOf(
    {
      search: {
        request: { method: "GET", url: at("/find"), query: { q: { $cel: "input.q" } } },
        pagination: { kind: "page", param: "page", in: "query", first: 1 },
        stream: { items: "", resume: "none" },
      },
      post: {
        effect: "create",
        idempotency: "none",
        request: { method: "POST", url: at("/status?b=%20x"), bodyType: "form", body: { status: { $cel: "input.status" } } },
      },
      add: { effect: "create", idempotency: "none", request: { method: "POST", url: at("/things"), body: { name: "ä" } } },
    },
    { auth: { account: { kind: "oauth1", ...scheme } satisfies AuthScheme } },
  );

/** Refuses what an independent library would not have signed so, and what it has seen before. */
function judge(origin: string) {
  const nonces = new Set<string>();
  return (request: Seen): Answer => {
    const { method, target, headers, body } = request;
    const form = headers["content-type"]?.startsWith("application/x-www-form-urlencoded")
      ? Object.fromEntries(new URLSearchParams(body.toString()))
      : {};
    const header = Object.fromEntries(
      [...(headers.authorization ?? "").matchAll(/(oauth_\w+)="([^"]*)"/g)].map(([, name, value]) => [
        name,
        decodeURIComponent(value ?? ""),
      ]),
    );
    const isOurs = ([name]: readonly [string, unknown]) => name.startsWith("oauth_");
    const sent = { ...header, ...Object.fromEntries([...request.query, ...Object.entries(form)].filter(isOurs)) };
    const { oauth_signature: signature, ...rest } = sent as Record<string, string>;
    const { oauth_nonce: nonce = "", oauth_timestamp: time, oauth_signature_method: way } = rest;
    if (nonce === "" || nonces.has(nonce) || Math.abs(Number(time) - Date.now() / 1_000) > 60) return { status: 401 };
    nonces.add(nonce);
    const url = new URL(target, origin);
    for (const name of [...url.searchParams.keys()]) if (name.startsWith("oauth_")) url.searchParams.delete(name);
    const plain = Object.fromEntries(Object.entries(form).filter((field) => !isOurs(field)));
    const library = new OAuth({
      consumer: { key: credential.consumerKey, secret: credential.consumerSecret },
      signature_method: way ?? "",
      hash_function: (base, key) =>
        way === "PLAINTEXT"
          ? key
          : createHmac(way === "HMAC-SHA1" ? "sha1" : "sha256", key)
              .update(base)
              .digest("base64"),
    });
    const asked = { method, url: `${origin}${url.pathname}`, data: { ...Object.fromEntries(url.searchParams), ...plain } };
    const expected = library.getSignature(asked, credential.tokenSecret, rest as unknown as OAuth.Data);
    if (signature !== expected) return { status: 401, body: { error: `bad signature ${signature}` } };
    if (rest.oauth_consumer_key !== credential.consumerKey || rest.oauth_token !== credential.token) return { status: 401 };
    return { body: request.path === "/find" && url.searchParams.get("page") !== "3" ? [{ id: 1 }] : [] };
  };
}

const places = (["header", "query", "body"] as const).flatMap((place) =>
  (["HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"] as const).map((signature) => ({ in: place, signature })),
);

test.each(places)("$signature in the $in is what an independent library computes", async (scheme) => {
  const state: { answer?: (request: Seen) => Answer } = {};
  const vendor = await openVendor((request) => state.answer?.(request) ?? { status: 500 });
  onTestFinished(vendor.close);
  state.answer = judge(vendor.origin);
  const { runtime, connection } = connect(contractWith(scheme), vendor, { connection: { credential } });
  onTestFinished(() => runtime.close());
  const status = "Hello Ladies + Gentlemen, a signed request! ☃";
  expect(await runtime.call("vendor/post", { connection, input: { status } })).toMatchObject({ outcome: "success" });
  expect(await runtime.call("vendor/add", { connection, input: {} })).toMatchObject({ outcome: "success" });
  const pages: unknown[] = [];
  for await (const page of runtime.stream("vendor/search", { connection, input: { q: "a b+c" } })) pages.push(...page.items);
  expect(pages).toHaveLength(2);
  const [posted] = vendor.seen;
  const isIn = {
    header: posted?.headers.authorization?.startsWith("OAuth ") === true,
    query: posted?.query.has("oauth_signature") === true,
    body: new URLSearchParams(posted?.body.toString()).has("oauth_signature"),
  };
  expect(isIn).toEqual({ header: false, query: false, body: false, [scheme.in]: true });
});

test("a dry run shows where everything goes, and nothing that is secret", async () => {
  const secrets = ["token/1", "token%2F1", "consumer secret", "token+secret"];
  for (const place of ["header", "query", "body"] as const) {
    const contract = contractWith({ signature: "PLAINTEXT", in: place });
    const { runtime, connection } = connect(contract, { origin: "http://127.0.0.1:9" }, { connection: { credential } });
    onTestFinished(() => runtime.close());
    const shown = JSON.stringify(await runtime.call("vendor/post", { connection, input: { status: "x" }, dryRun: true }));
    expect(shown).toContain(
      { header: '"authorization":"[redacted]"', query: "oauth_signature=REDACTED", body: '"oauth_token":"[redacted]"' }[place],
    );
    for (const secret of secrets) expect(shown).not.toContain(secret);
  }
});
