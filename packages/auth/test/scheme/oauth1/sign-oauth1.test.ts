// Pins: a signature that a server does not compute the same. The vectors are the examples of RFC 5849 §1.2 and §3.4.1.1, and the one in Twitter's
// guide "Creating a signature"; the rest is compared with the library oauth-1.0a.
import { createHmac, createSign, generateKeyPairSync } from "node:crypto";
import type { OAuth1Scheme } from "@mortise/contract";
import * as fc from "fast-check";
import OAuth from "oauth-1.0a";
import { describe, expect, test } from "vitest";
import { wrapCredential } from "../../../src/index.ts";
import { baseString } from "../../../src/scheme/oauth1/base-string.ts";
import { oauth1Signature } from "../../../src/scheme/oauth1/oauth1-signature.ts";
import { signOAuth1 } from "../../../src/scheme/oauth1/sign-oauth1.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };

test("the base string of RFC 5849 §3.4.1.1 comes out as it stands there", () => {
  const url = new URL("http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b");
  const text = baseString({ method: "post", url, headers: form, body: "c2&a3=2+q" }, [
    ["realm", "Example"],
    ["oauth_consumer_key", "9djdj82h48djs9d2"],
    ["oauth_token", "kkk9d7dh3k39sjv7"],
    ["oauth_signature_method", "HMAC-SHA1"],
    ["oauth_timestamp", "137131201"],
    ["oauth_nonce", "7d8f3e4a"],
  ]);
  expect(text).toBe(
    "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26" +
      "oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26" +
      "oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7",
  );
});

describe("published signatures come out as they are printed", () => {
  const client = { key: "dpf43f3p2l4k3l03", secret: "kd94hf93k423kf44" };
  const cases = [
    {
      name: "RFC 5849 §1.2, temporary credentials",
      method: "POST",
      url: "https://photos.example.net/initiate",
      client,
      parameters: { oauth_timestamp: "137131200", oauth_nonce: "wIjqoS", oauth_callback: "http://printer.example.com/ready" },
      secret: "",
      signature: "74KNZJeDHnMBp0EMJ9ZHt/XKycU=",
    },
    {
      name: "RFC 5849 §1.2, token credentials",
      method: "POST",
      url: "https://photos.example.net/token",
      client,
      parameters: {
        oauth_token: "hh5s93j4hdidpola",
        oauth_timestamp: "137131201",
        oauth_nonce: "walatlh",
        oauth_verifier: "hfdp7dh39dks9884",
      },
      secret: "hdhd0244k9j7ao03",
      signature: "gKgrFCywp7rO0OXSjdot/IHF7IU=",
    },
    {
      name: "RFC 5849 §1.2, a protected resource",
      method: "GET",
      url: "http://photos.example.net/photos?file=vacation.jpg&size=original",
      client,
      parameters: { oauth_token: "nnch734d00sl2jdk", oauth_timestamp: "137131202", oauth_nonce: "chapoH" },
      secret: "pfkkdhi9sl3r4s00",
      signature: "MdpQcU8iPSUjWoN/UDMsK2sui9I=",
    },
    {
      name: "Twitter's guide",
      method: "POST",
      url: "https://api.twitter.com/1.1/statuses/update.json?include_entities=true",
      body: "status=Hello%20Ladies%20%2B%20Gentlemen%2C%20a%20signed%20OAuth%20request%21",
      client: { key: "xvz1evFS4wEEPTGEFPHBog", secret: "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw" },
      parameters: {
        oauth_nonce: "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        oauth_timestamp: "1318622958",
        oauth_token: "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        oauth_version: "1.0",
      },
      secret: "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
      signature: "hCtSmYh+iHYCEqBWrE7C7hYmtUk=",
    },
  ];
  test.each(cases)("$name", ({ method, url, body, client: { key, secret: own }, parameters, secret, signature }) => {
    const protocol = { oauth_consumer_key: key, oauth_signature_method: "HMAC-SHA1", ...parameters };
    const text = baseString({ method, url: new URL(url), headers: form, body }, Object.entries(protocol));
    expect(oauth1Signature("HMAC-SHA1", text, wrapCredential({ consumerSecret: own }), secret)).toBe(signature);
  });
});

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "pem", type: "pkcs8" }).toString();

test("whatever a request holds, the library oauth-1.0a signs it the same", () => {
  const text = fc.string({ unit: fc.constantFrom(..."aB9-_.~ !'()*+,;=:@/?&%$#ü漢"), maxLength: 8 });
  // The library does not decode the names of parameters in an address.
  const plain = fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), text, { maxKeys: 4 });
  const fields = fc.dictionary(
    text.filter((name) => name !== "" && name !== "__proto__"),
    text,
    { maxKeys: 4 },
  );
  const way = fc.constantFrom<OAuth1Scheme["signature"]>("HMAC-SHA1", "HMAC-SHA256", "RSA-SHA1", "RSA-SHA256", "PLAINTEXT");
  fc.assert(
    fc.property(way, fc.constantFrom("GET", "POST"), plain, fields, text, (signature, method, query, content, secret) => {
      const url = new URL("https://api.example.com:8443/a/b%20c");
      url.search = Object.entries(query)
        .filter(([name]) => !(name in content))
        .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
        .join("&");
      const body = new URLSearchParams(Object.entries(content)).toString();
      const credential = wrapCredential({ consumerKey: "k&y", consumerSecret: `s${secret}`, privateKey: rsa });
      const token = { token: "t=1", secret: `t${secret}` };
      const parts = { credential, token, nowMs: 1_700_000_000_123, randomBytes: (size: number) => Buffer.alloc(size, 7) };
      const signed = signOAuth1({ kind: "oauth1", signature }, { method, url, headers: form, body }, parts);
      const outside = new OAuth({
        consumer: { key: "k&y", secret: `s${secret}` },
        signature_method: signature,
        hash_function: (base, key) => hash(signature, base, key),
      });
      const asked = { method, url: url.href, data: content };
      const data: OAuth.Data = {
        oauth_consumer_key: "k&y",
        oauth_token: "t=1",
        oauth_signature_method: signature,
        oauth_timestamp: 1_700_000_000,
        oauth_nonce: "07".repeat(16),
        oauth_version: "1.0",
      };
      const expected = outside.getSignature(asked, token.secret, data);
      expect(signed.headers.authorization).toContain(`oauth_signature="${OAuth.prototype.percentEncode(expected)}"`);
    }),
    { numRuns: 200 },
  );
});

function hash(signature: OAuth1Scheme["signature"], base: string, key: string): string {
  if (signature === "PLAINTEXT") return key;
  const [kind, digest] = signature.toLowerCase().split("-") as [string, string];
  return kind === "rsa"
    ? createSign(digest).update(base).sign(rsa, "base64")
    : createHmac(digest, key).update(base).digest("base64");
}
