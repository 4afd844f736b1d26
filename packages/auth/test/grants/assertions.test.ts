// Pins: a grant whose assertion the other side cannot verify, or that says something else than the contract does.

import { execFileSync } from "node:child_process";
import { createPublicKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import type { OAuth2Scheme } from "@mortise/contract";
import { jwtVerify } from "jose";
import { expect, test } from "vitest";
import { SignedXml } from "xml-crypto";
import { type TokenQuery, wrapCredential } from "../../src/index.ts";
import { grantedToken } from "../../src/tokens/granted-token.ts";
import { fakeEndpoint, ok } from "../tokens/fake-endpoint.ts";

const NOW_MS = 1_700_000_000_000;
const TOKEN = ok({ access_token: "t1", token_type: "Bearer", expires_in: 60 });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = rsa.privateKey.export({ type: "pkcs8", format: "pem" }).toString();

/** Has a token and returns the form that was sent for it. */
async function formFor(scheme: Partial<OAuth2Scheme>, credential: { readonly [field: string]: string }) {
  const { transport, forms, asked } = fakeEndpoint(() => TOKEN);
  const query: TokenQuery = {
    scheme: { kind: "oauth2", grant: "jwt_bearer", tokenUrl: "https://id.example.com/token", clientAuth: "none", ...scheme },
    credential: wrapCredential({ clientId: "app", ...credential }),
    settings: { tenant: "acme" },
    transport,
    nowMs: NOW_MS,
  };
  expect(await grantedToken(query)).toMatchObject({ token: "t1", endsAtMs: NOW_MS + 60_000 });
  return { form: forms()[0] ?? {}, request: asked[0] };
}

test("a JWT stands for the person that the contract says, for this token endpoint (RFC 7523 §2.1)", async () => {
  const claims = { iss: { $cel: "credential.clientId" }, sub: { $text: "robot@${settings.tenant}" } };
  const scheme = { assertion: { alg: "RS256", claims, lifetime: "10m" }, requiredScopes: ["read"] } as const;
  const { form } = await formFor(scheme, { privateKey: pem });
  expect(form).toMatchObject({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", scope: "read", client_id: "app" });
  const { payload } = await jwtVerify(form.assertion ?? "", rsa.publicKey, { currentDate: new Date(NOW_MS) });
  expect(payload).toMatchObject({
    iss: "app",
    sub: "robot@acme",
    aud: "https://id.example.com/token",
    iat: NOW_MS / 1_000,
    exp: NOW_MS / 1_000 + 600,
    jti: expect.any(String),
  });
});

const SAML = {
  grant: "saml2_bearer",
  samlAssertion: {
    issuer: "https://acme.example/saml",
    subject: { $text: "ada&co@${settings.tenant}" },
    audience: "https://id.example.com",
    recipient: "https://id.example.com/token",
    lifetime: "5m",
  },
} as const;

/** Whether the signature in a document holds for a key. */
function isSigned(xml: string, publicCert: string): boolean {
  const signature = /<ds:Signature[\s\S]*<\/ds:Signature>/.exec(xml)?.[0] ?? "";
  const verifier = new SignedXml({ publicCert });
  verifier.loadSignature(signature);
  try {
    return verifier.checkSignature(xml);
  } catch {
    return false;
  }
}

test("a SAML assertion is made, and its signature holds until a letter of it is changed (RFC 7522 §3)", async () => {
  const { form } = await formFor(SAML, { privateKey: pem });
  expect(form.grant_type).toBe("urn:ietf:params:oauth:grant-type:saml2-bearer");
  const xml = Buffer.from(form.assertion ?? "", "base64url").toString("utf8");
  const publicKey = rsa.publicKey.export({ type: "spki", format: "pem" }).toString();
  expect(isSigned(xml, publicKey)).toBe(true);
  expect(isSigned(xml.replace("ada&amp;co@acme", "bob@acme"), publicKey)).toBe(false);
  expect(xml).toContain("<saml:NameID>ada&amp;co@acme</saml:NameID>");
  expect(xml).toContain('NotOnOrAfter="2023-11-14T22:18:20.000Z" Recipient="https://id.example.com/token"');
  expect(xml).toMatch(/<\/saml:Issuer><ds:Signature/);
});

test("a certificate goes with the signature, for who knows its authority only", async () => {
  const subject = ["-newkey", "rsa:2048", "-nodes", "-subj", "/CN=app", "-days", "2", "-keyout", "-", "-out", "-"];
  const text = execFileSync("openssl", ["req", "-x509", ...subject], { stdio: ["ignore", "pipe", "ignore"] }).toString();
  const [privateKey = ""] = /-+BEGIN PRIVATE[\s\S]*END PRIVATE KEY-+/.exec(text) ?? [];
  const [certificate = ""] = /-+BEGIN CERT[\s\S]*END CERTIFICATE-+/.exec(text) ?? [];
  const { form } = await formFor(SAML, { privateKey, certificate });
  const xml = Buffer.from(form.assertion ?? "", "base64url").toString("utf8");
  const shown = /<ds:X509Certificate>([^<]+)</.exec(xml)?.[1] ?? "";
  expect(Buffer.from(shown, "base64").equals(new X509Certificate(certificate).raw)).toBe(true);
  expect(isSigned(xml, createPublicKey(certificate).export({ type: "spki", format: "pem" }).toString())).toBe(true);
});

test("an assertion that somebody else has made is handed on, encoded where it is not yet", async () => {
  const xml = "<saml:Assertion>…</saml:Assertion>";
  const encoded = Buffer.from(xml).toString("base64url");
  expect((await formFor({ grant: "saml2_bearer" }, { assertion: `\n${xml}\n` })).form.assertion).toBe(encoded);
  const value = { $cel: "credential.assertion" };
  expect((await formFor({ grant: "saml2_bearer", samlAssertion: { value } }, { assertion: encoded })).form.assertion).toBe(
    encoded,
  );
});

test("a token is exchanged as the contract says, and as an access token where it says nothing (RFC 8693 §2.1)", async () => {
  const grant = "token_exchange";
  const plain = await formFor({ grant }, { subjectToken: "s1" });
  expect(plain.form).toMatchObject({
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: "s1",
    subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
  });
  const type = "urn:ietf:params:oauth:token-type:jwt";
  const exchange = {
    subject_token: { $cel: "credential.subjectToken" },
    subject_token_type: type,
    audience: "api",
    actor_token: null,
  };
  const own = await formFor({ grant, exchange }, { subjectToken: "s2" });
  expect(own.form).toEqual({
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: "s2",
    subject_token_type: type,
    audience: "api",
    client_id: "app",
  });
});

test.each([
  ["jwt_bearer without an assertion", {}, { privateKey: pem }, "MISCONFIGURED"],
  ["a SAML key that is none", SAML, { privateKey: "no key" }, "AUTH_FAILED"],
  ["an exchange without a token", { grant: "token_exchange" }, {}, "AUTH_FAILED"],
  ["a SAML assertion that is missing", { grant: "saml2_bearer" }, {}, "AUTH_FAILED"],
] as const)("%s is refused before anything is sent", async (_, scheme, credential, code) => {
  await expect(formFor(scheme, credential)).rejects.toMatchObject({ code });
});
