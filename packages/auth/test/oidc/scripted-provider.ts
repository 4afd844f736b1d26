import { createHash, generateKeyPairSync } from "node:crypto";
import type { OAuth2Scheme } from "@mortise/contract";
import { exportJWK, type JWTPayload, SignJWT } from "jose";
import { type TokenAnswer, type TokenQuery, type TokenRequest, wrapCredential } from "../../src/index.ts";

export const ISSUER = "https://id.example.com";
export const REDIRECT = "https://mortise.example/callback";

/** What comes back: JSON, or a whole answer. */
export type Reply = { readonly status?: number; readonly headers?: TokenAnswer["headers"]; readonly body: unknown };

const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** A provider that answers by script; what is not scripted is what an honest one says. */
export function scriptedProvider(
  script: { readonly [path: string]: (request: TokenRequest, count: number) => Reply | Promise<Reply> } = {},
) {
  const seen: TokenRequest[] = [];
  const honest: typeof script = {
    "/.well-known/openid-configuration": () => ({ body: metadata() }),
    "/jwks": async () => ({ body: { keys: [{ ...(await exportJWK(keys.publicKey)), kid: "k1", alg: "RS256", use: "sig" }] } }),
  };
  const transport = async (request: TokenRequest): Promise<TokenAnswer> => {
    seen.push(request);
    const path = request.url.pathname;
    const answer = script[path] ?? honest[path];
    const count = seen.filter(({ url }) => url.pathname === path).length;
    const {
      status = 200,
      headers = {},
      body,
    } = answer === undefined ? { status: 404, body: "not here" } : await answer(request, count);
    const type = { "content-type": typeof body === "string" ? "text/plain" : "application/json" };
    return { status, headers: { ...type, ...headers }, body: typeof body === "string" ? body : JSON.stringify(body) };
  };
  const query = (scheme: Partial<OAuth2Scheme>, credential: { readonly [field: string]: string } = {}): TokenQuery => ({
    scheme: { kind: "oauth2", grant: "authorization_code", issuer: ISSUER, ...scheme },
    credential: wrapCredential({ clientId: "app", clientSecret: "a secret of the app", ...credential }),
    settings: {},
    transport,
    nowMs: Date.now(),
  });
  const paths = () => seen.map(({ url }) => url.pathname);
  return { query, seen, paths, transport, idToken: (claims: JWTPayload, key = keys.privateKey) => signed(claims, key) };
}

export function metadata(parts: { readonly [name: string]: unknown } = {}): { readonly [name: string]: unknown } {
  return {
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/auth`,
    token_endpoint: `${ISSUER}/token`,
    jwks_uri: `${ISSUER}/jwks`,
    revocation_endpoint: `${ISSUER}/revoke`,
    introspection_endpoint: `${ISSUER}/introspect`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    ...parts,
  };
}

/** RS256, whatever the key. */
function signed(claims: JWTPayload, key: ReturnType<typeof generateKeyPairSync>["privateKey"] | Parameters<SignJWT["sign"]>[0]) {
  return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "k1" }).sign(key as Parameters<SignJWT["sign"]>[0]);
}

/** RS256's `at_hash` (OpenID Connect Core 1.0 §3.1.3.6). */
export const hashOf = (token: string): string =>
  createHash("sha256").update(token).digest().subarray(0, 16).toString("base64url");

/** The parameters of a form. */
export const formOf = ({ body = "" }: TokenRequest): { readonly [name: string]: string } =>
  Object.fromEntries(new URLSearchParams(body));
