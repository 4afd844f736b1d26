// Pins: an assertion that the other side cannot verify, or a key that is shown where it does not fit.

import { execFileSync } from "node:child_process";
import { createHash, createHmac, createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import type { JwtAssertion } from "@mortise/contract";
import { exportJWK, jwtVerify } from "jose";
import { expect, test } from "vitest";
import { signJwt, wrapCredential } from "../../src/index.ts";

const NOW_MS = 1_700_000_000_500;
const parts = { settings: { tenant: "acme" }, nowMs: NOW_MS, uuid: () => "id-1" };
const claims = { iss: { $cel: "credential.clientId" }, sub: { $text: "${settings.tenant}/robot" } };

const verified = (jwt: string, key: KeyObject | Uint8Array) => jwtVerify(jwt, key, { currentDate: new Date(NOW_MS) });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pkcs8 = rsa.privateKey.export({ type: "pkcs8", format: "pem" }).toString();

test("claims and header are computed, and iat, exp and jti are added", async () => {
  const credential = wrapCredential({ clientId: "app", privateKey: pkcs8 });
  const assertion: JwtAssertion = { alg: "RS256", header: { kid: "k1" }, claims, lifetime: "5m" };
  const { payload, protectedHeader } = await verified(await signJwt(assertion, { ...parts, credential }), rsa.publicKey);
  expect(protectedHeader).toEqual({ alg: "RS256", typ: "JWT", kid: "k1" });
  expect(payload).toEqual({ iss: "app", sub: "acme/robot", iat: 1_700_000_000, exp: 1_700_000_300, jti: "id-1" });
});

test("claims of the contract take the place of what is added, and those that come to null are left out", async () => {
  const credential = wrapCredential({ privateKey: pkcs8 });
  const own = { iat: { $cel: "int(nowMs / 1000) - 60" }, jti: null };
  const { payload } = await verified(await signJwt({ alg: "RS256", claims: own }, { ...parts, credential }), rsa.publicKey);
  expect(payload).toEqual({ iat: 1_699_999_940, exp: 1_700_000_060 });
});

test.each(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] as const)("%s signs with PKCS #8 and PKCS #1", async (alg) => {
  const pkcs1 = rsa.privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  for (const privateKey of [pkcs8, pkcs1, pkcs8.replaceAll("\n", "\\n")]) {
    const jwt = await signJwt({ alg, claims: {} }, { ...parts, credential: wrapCredential({ privateKey }) });
    expect((await verified(jwt, rsa.publicKey)).protectedHeader.alg).toBe(alg);
  }
});

test.each([
  ["ES256", "P-256"],
  ["ES384", "P-384"],
  ["ES512", "P-521"],
] as const)("%s signs with PEM and JWK, and is found where the contract names no algorithm", async (alg, namedCurve) => {
  const pair = generateKeyPairSync("ec", { namedCurve });
  const jwk = JSON.stringify({ ...(await exportJWK(pair.privateKey)), kid: "from-the-key" });
  const pem = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  for (const privateKey of [pem, jwk]) {
    const jwt = await signJwt({ claims: {} }, { ...parts, credential: wrapCredential({ privateKey }) });
    const { protectedHeader } = await verified(jwt, pair.publicKey);
    expect(protectedHeader).toEqual({ alg, typ: "JWT", ...(privateKey === jwk ? { kid: "from-the-key" } : {}) });
  }
});

test("EdDSA signs, with a key that only its passphrase opens", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const sealed = privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "open sesame" }).toString();
  const credential = wrapCredential({ privateKey: sealed, passphrase: "open sesame" });
  const jwt = await signJwt({ claims: {} }, { ...parts, credential });
  expect((await verified(jwt, publicKey)).protectedHeader.alg).toBe("EdDSA");
  const wrong = wrapCredential({ privateKey: sealed, passphrase: "no" });
  await expect(signJwt({ claims: {} }, { ...parts, credential: wrong })).rejects.toMatchObject({
    code: "AUTH_FAILED",
    message: "The credential's privateKey does not open with the passphrase.",
  });
});

test.each([
  ["utf8", "short secret", Buffer.from("short secret")],
  ["hex", "00ff10", Buffer.from([0, 255, 16])],
  ["base64", "AP8Q", Buffer.from([0, 255, 16])],
] as const)("an HS key is read as %s", async (keyEncoding, clientSecret, bytes) => {
  const credential = wrapCredential({ clientSecret });
  const jwt = await signJwt({ alg: "HS256", keyEncoding, claims: {} }, { ...parts, credential });
  const [head = "", body = "", signature] = jwt.split(".");
  expect(createHmac("sha256", bytes).update(`${head}.${body}`).digest("base64url")).toBe(signature);
});

test("the thumbprint of the certificate can stand in the header", async () => {
  const subject = ["-newkey", "rsa:2048", "-nodes", "-subj", "/CN=app", "-days", "2", "-keyout", "-", "-out", "-"];
  const pem = execFileSync("openssl", ["req", "-x509", ...subject], { stdio: ["ignore", "pipe", "ignore"] }).toString();
  const [privateKey = ""] = /-+BEGIN PRIVATE[\s\S]*END PRIVATE KEY-+/.exec(pem) ?? [];
  const [certificate = ""] = /-+BEGIN CERT[\s\S]*END CERTIFICATE-+/.exec(pem) ?? [];
  const credential = wrapCredential({ privateKey, certificate });
  const header = { "x5t#S256": { $cel: "certificateSha256" } };
  const jwt = await signJwt({ alg: "PS256", header, claims: {} }, { ...parts, credential });
  const { raw } = new X509Certificate(certificate);
  const { protectedHeader } = await verified(jwt, createPublicKey(certificate));
  expect(protectedHeader["x5t#S256"]).toBe(createHash("sha256").update(raw).digest("base64url"));
});

test.each([
  ["RS256", "not a key at all 12345", "The credential's privateKey is no private key."],
  ["ES256", pkcs8, "The credential's privateKey is no key that signs with ES256."],
  ["RS256", '{"kty":"RSA","n":"AQAB"}', "The credential's privateKey is no private JWK."],
] as const)("a key that does not fit %s is refused and not shown", async (alg, privateKey, message) => {
  const failure = await signJwt({ alg, claims: {} }, { ...parts, credential: wrapCredential({ privateKey }) }).catch((e) => e);
  expect(failure).toMatchObject({ code: "AUTH_FAILED", message, data: { path: "/credential/privateKey" } });
  expect(JSON.stringify(failure.data)).not.toContain(privateKey.slice(5, 40));
});
