// Pins: a client that a strict provider does not recognise by the proof that its contract says it gives.
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import type { OAuth2Scheme } from "@mortise/contract";
import { exportJWK } from "jose";
import type { ClientMetadata } from "oidc-provider";
import { expect, test } from "vitest";
import { party } from "./connected.ts";
import { resourceServer } from "./resource-server.ts";
import { SECRET, strictProvider } from "./strict-provider.ts";

const CLIENT: ClientMetadata = {
  client_id: "robot",
  grant_types: ["client_credentials"],
  redirect_uris: [],
  response_types: [],
  scope: "api:read",
};

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString();
const publicKeys = async () => ({
  jwks: {
    keys: [
      { ...(await exportJWK(rsa.publicKey)), kid: "r1" },
      { ...(await exportJWK(ec.publicKey)), kid: "e1" },
    ],
  },
});

interface Case {
  readonly name: string;
  readonly client: () => Promise<Partial<ClientMetadata>>;
  readonly scheme: Partial<OAuth2Scheme>;
  readonly credential: { readonly [field: string]: string };
  /** The same with something of it wrong. */
  readonly wrong: { readonly [field: string]: string };
}

const other = pem(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey);
const CASES: readonly Case[] = [
  {
    name: "client_secret_basic",
    client: async () => ({ token_endpoint_auth_method: "client_secret_basic" }),
    scheme: {},
    credential: { clientSecret: SECRET },
    wrong: { clientSecret: "no" },
  },
  {
    name: "client_secret_post",
    client: async () => ({ token_endpoint_auth_method: "client_secret_post" }),
    scheme: { clientAuth: "body" },
    credential: { clientSecret: SECRET },
    wrong: { clientSecret: "no" },
  },
  {
    name: "client_secret_jwt",
    client: async () => ({ token_endpoint_auth_method: "client_secret_jwt" }),
    scheme: { clientAuth: "client_secret_jwt" },
    credential: { clientSecret: SECRET },
    wrong: { clientSecret: `${SECRET}-not` },
  },
  {
    name: "private_key_jwt with RSA",
    client: async () => ({ token_endpoint_auth_method: "private_key_jwt", ...(await publicKeys()) }),
    scheme: { clientAuth: "private_key_jwt", clientAssertion: { header: { kid: "r1" } } },
    credential: { privateKey: pem(rsa.privateKey) },
    wrong: { privateKey: other },
  },
  {
    name: "private_key_jwt with PS256 and the token endpoint as audience",
    client: async () => ({
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: "PS256",
      ...(await publicKeys()),
    }),
    scheme: {
      clientAuth: "private_key_jwt",
      clientAssertion: { alg: "PS256", lifetime: "30s", claims: { aud: "ISSUER/token" } },
    },
    credential: { privateKey: pem(rsa.privateKey) },
    wrong: { privateKey: other },
  },
  {
    name: "private_key_jwt with a key of an elliptic curve that says its name itself",
    client: async () => ({ token_endpoint_auth_method: "private_key_jwt", ...(await publicKeys()) }),
    scheme: { clientAuth: "private_key_jwt" },
    credential: { privateKey: JSON.stringify({ ...ec.privateKey.export({ format: "jwk" }), kid: "e1" }) },
    wrong: { privateKey: pem(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey) },
  },
];

test.each(CASES)(
  "a client proves itself by $name, and not with another secret or key",
  async ({ client, scheme, credential, wrong }) => {
    const provider = await strictProvider({ clients: [{ ...CLIENT, ...(await client()) }] });
    const api = await resourceServer(provider);
    const { clientAssertion } = scheme;
    const said = JSON.parse(JSON.stringify(clientAssertion ?? {}).replaceAll("ISSUER", provider.issuer));
    const own = { grant: "client_credentials", requiredScopes: ["api:read"], ...scheme, clientAssertion: said } as const;
    const good = party({ provider, api, scheme: own, credential: { clientId: "robot", ...credential } });
    expect(await good.call()).toMatchObject({ outcome: "success", output: { verdict: "ok" } });
    expect(await good.call()).toMatchObject({ outcome: "success" });
    expect(provider.seen.filter((line) => line === "POST /token")).toHaveLength(1);
    const bad = party({ provider, api, scheme: own, credential: { clientId: "robot", ...wrong } });
    expect(await bad.call()).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED", nativeCode: "invalid_client" } });
    expect(bad.states.at(-1)).toBe("misconfigured");
  },
);

test("a client that signs is refused for a key that is none before anything is sent", async () => {
  const client = { ...CLIENT, token_endpoint_auth_method: "private_key_jwt" as const, ...(await publicKeys()) };
  const provider = await strictProvider({ clients: [client] });
  const api = await resourceServer(provider);
  const scheme = { grant: "client_credentials", clientAuth: "private_key_jwt" } as const;
  const own = party({ provider, api, scheme, credential: { clientId: "robot", privateKey: "no key at all" } });
  expect(await own.call()).toMatchObject({
    outcome: "fault",
    error: { code: "AUTH_FAILED", message: expect.stringContaining("privateKey is no private key") },
  });
  expect(provider.seen.filter((line) => line.includes("/token"))).toEqual([]);
});
