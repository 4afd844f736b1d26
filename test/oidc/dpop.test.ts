// Pins: tokens that are said to be bound to a key and are not, and servers whose nonces end every call.
import { calculateJwkThumbprint, type JWK } from "jose";
import { expect, test } from "vitest";
import { party, signIn } from "./connected.ts";
import { resourceServer } from "./resource-server.ts";
import { SECRET, strictProvider } from "./strict-provider.ts";

const APP = {
  client_id: "app",
  grant_types: ["authorization_code", "refresh_token"],
  scope: "openid offline_access",
  dpop_bound_access_tokens: true,
};
const PERSONAL = {
  grant: "authorization_code",
  dpop: true,
  requiredScopes: ["openid", "offline_access"],
  authorizeParams: { prompt: "consent" },
} as const;

test("a connection gets a key when it is made, and its tokens work with proofs of that key only", async () => {
  const provider = await strictProvider({ clients: [APP] });
  const api = await resourceServer(provider, "dpop");
  const own = party({ provider, api, scheme: PERSONAL, credential: { clientId: "app", clientSecret: SECRET } });
  await signIn(own);
  const key = JSON.parse(own.stored.credential.dpopKey ?? "{}") as JWK;
  expect(await own.call()).toMatchObject({ outcome: "success", output: { verdict: "ok" } });
  const found = await provider.provider.AccessToken.find(api.tokens[0] ?? "");
  expect(found?.jkt).toBe(await calculateJwkThumbprint(key));

  const { dpopKey: _, refreshToken: __, ...tokens } = own.stored.credential;
  const elsewhere = party({ provider, api, scheme: PERSONAL, credential: tokens });
  expect(await elsewhere.call()).toMatchObject({ outcome: "fault" });
  expect(api.verdicts.at(-1)).toBe("other_key");
});

test("nonces that change with every answer are followed, at the token endpoint and at the API", async () => {
  const provider = await strictProvider({ clients: [APP] });
  const api = await resourceServer(provider, "dpop");
  const own = party({ provider, api, scheme: PERSONAL, credential: { clientId: "app", clientSecret: SECRET } });
  await signIn(own);
  expect(provider.seen.filter((line) => line === "POST /token")).toHaveLength(2);
  for (let calls = 0; calls < 3; calls++) expect(await own.call()).toMatchObject({ outcome: "success" });
  expect(api.verdicts).toEqual(["use_dpop_nonce", "ok", "ok", "ok"]);
  await own.renew();
  expect(provider.seen.filter((line) => line === "POST /token")).toHaveLength(3);
  expect(await own.call()).toMatchObject({ outcome: "success" });
  const keys = await Promise.all(api.tokens.map(async (token) => (await provider.provider.AccessToken.find(token))?.jkt));
  expect(new Set(keys).size).toBe(1);
});

test("a client that acts for itself binds its tokens without being connected", async () => {
  const provider = await strictProvider({
    clients: [
      {
        client_id: "robot",
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
        scope: "api:read",
        dpop_bound_access_tokens: true,
      },
    ],
  });
  const api = await resourceServer(provider, "dpop");
  const scheme = { grant: "client_credentials", dpop: true } as const;
  const own = party({ provider, api, scheme, credential: { clientId: "robot", clientSecret: SECRET } });
  const results = await Promise.all([own.call(), own.call()]);
  for (const result of results) expect(result).toMatchObject({ outcome: "success" });
  expect(new Set(api.tokens).size).toBe(1);
});

test("proofs and keys show nowhere in what a call gives back", async () => {
  const provider = await strictProvider({ clients: [APP] });
  const api = await resourceServer(provider, "dpop");
  const own = party({ provider, api, scheme: PERSONAL, credential: { clientId: "app", clientSecret: SECRET } });
  await signIn(own);
  const dry = await own.runtime.call("vendor/whoAmI", { connection: "main", input: {}, dryRun: true });
  const text = JSON.stringify([await own.call(), dry]);
  for (const name of ["dpopKey", "accessToken", "refreshToken"]) expect(text).not.toContain(own.stored.credential[name]);
  expect(text).not.toMatch(/eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/);
});
