// Pins: a token that anybody can use where the contract promises a bound one, and a nonce that is asked for without end.
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from "jose";
import { expect, test } from "vitest";
import { newDpopKey } from "../../src/dpop/dpop-key.ts";
import { dpopThumbprint, type TokenQuery, wrapCredential } from "../../src/index.ts";
import { requestToken } from "../../src/tokens/request-token.ts";
import { fakeEndpoint, ok, type Reply } from "../tokens/fake-endpoint.ts";

const ask = { grantType: "client_credentials", parameters: {} };
const BOUND = ok({ access_token: "t1", token_type: "DPoP" });
const WANTED = (nonce: string): Reply => ({ status: 400, headers: { "dpop-nonce": nonce }, body: { error: "use_dpop_nonce" } });

function queryOf(reply: (count: number) => Reply, dpopKey = newDpopKey()) {
  const { transport, asked } = fakeEndpoint((_, count) => reply(count));
  const query: TokenQuery = {
    scheme: { kind: "oauth2", grant: "client_credentials", dpop: true, tokenUrl: "https://id.example.com/token?x=1" },
    credential: wrapCredential({ clientId: "app", clientSecret: "secret", dpopKey }),
    settings: {},
    transport,
    nowMs: Date.now(),
  };
  const proofs = () => Promise.all(asked.map(({ headers }) => jwtVerify(headers.dpop ?? "", EmbeddedJWK)));
  return { query, asked, proofs };
}

test("a request has a proof of its own for that very address, by the key of the connection", async () => {
  const { query, proofs } = queryOf(() => BOUND);
  await requestToken(query, ask);
  const [proof] = await proofs();
  expect(proof?.protectedHeader).toMatchObject({ alg: "ES256", typ: "dpop+jwt" });
  expect(proof?.protectedHeader.jwk).not.toHaveProperty("d");
  expect(proof?.payload).toMatchObject({ htm: "POST", htu: "https://id.example.com/token", jti: expect.any(String) });
  expect(proof?.payload).not.toHaveProperty("ath");
  const { jwk } = proof?.protectedHeader ?? {};
  expect(jwk === undefined ? "" : await calculateJwkThumbprint(jwk)).toBe(await dpopThumbprint(query.credential));
});

test("a nonce that the server wants goes into one more proof, and into those that follow", async () => {
  const { query, proofs } = queryOf((count) => (count === 1 ? WANTED("n1") : BOUND));
  await requestToken(query, ask);
  await requestToken(query, ask);
  const all = await proofs();
  expect(all.map(({ payload }) => payload.nonce)).toEqual([undefined, "n1", "n1"]);
  expect(new Set(all.map(({ payload }) => payload.jti)).size).toBe(3);
});

test("requests that learn of the same nonce at the same time all go out again with it", async () => {
  const { query, proofs } = queryOf((count) => (count <= 2 ? WANTED("n1") : BOUND));
  await Promise.all([requestToken(query, ask), requestToken(query, ask)]);
  expect((await proofs()).map(({ payload }) => payload.nonce)).toEqual([undefined, undefined, "n1", "n1"]);
});

test("a server that is never content with a nonce is asked twice, not for ever", async () => {
  const { query, asked } = queryOf((count) => WANTED(`n${count}`));
  await expect(requestToken(query, ask)).rejects.toMatchObject({ code: "TARGET_SICK", data: { nativeCode: "use_dpop_nonce" } });
  expect(asked).toHaveLength(2);
});

test("a token that is not bound is refused where the contract says that tokens are", async () => {
  const { query } = queryOf(() => ok({ access_token: "t1", token_type: "Bearer" }));
  await expect(requestToken(query, ask)).rejects.toMatchObject({ code: "MISCONFIGURED" });
});

test("a key that is none is refused and not shown", async () => {
  const { query, asked } = queryOf(() => BOUND, '{"kty":"EC","crv":"P-384","d":"secret-part"}');
  const failure = await requestToken(query, ask).catch((error) => error);
  expect(failure).toMatchObject({ code: "AUTH_FAILED", data: { path: "/credential/dpopKey" } });
  expect(JSON.stringify(failure.data)).not.toContain("secret-part");
  expect(asked).toEqual([]);
});
