// Pins: a certificate that is not shown where it must be, or a stolen token that works without the certificate that it is bound to.
import { X509Certificate } from "node:crypto";
import { exportJWK } from "jose";
import type { ClientMetadata } from "oidc-provider";
import { expect, test } from "vitest";
import { testAuthority } from "../world/certificates.ts";
import { party, signIn } from "./connected.ts";
import { resourceServer } from "./resource-server.ts";
import { SECRET, strictProvider, thumbprintOf } from "./strict-provider.ts";

const CLIENT: ClientMetadata = {
  client_id: "robot",
  grant_types: ["client_credentials"],
  redirect_uris: [],
  response_types: [],
  scope: "api:read",
  tls_client_certificate_bound_access_tokens: true,
};

test("a client is known by its certificate, and its tokens work with that certificate only", async () => {
  const subject = { tls_client_auth_subject_dn: "CN=robot" };
  const provider = await strictProvider({
    clients: [{ ...CLIENT, token_endpoint_auth_method: "tls_client_auth", ...subject }],
  });
  const api = await resourceServer(provider, "certificate");
  const { cert, key } = await provider.certificateFor("robot");
  const ca = `${provider.ca}\n${api.ca}`;
  const scheme = { grant: "client_credentials", clientAuth: "tls_client_auth", certificateBound: true } as const;
  const credential = { clientId: "robot", certificate: cert, privateKey: key, ca };
  const own = party({ provider, api, scheme, credential });
  expect(await own.call()).toMatchObject({ outcome: "success", output: { verdict: "ok" } });
  const found = await provider.provider.ClientCredentials.find(api.tokens[0] ?? "");
  expect(found?.["x5t#S256"]).toBe(thumbprintOf(new X509Certificate(cert)));

  const stranger = await provider.certificateFor("somebody else");
  const wrong = { ...credential, certificate: stranger.cert, privateKey: stranger.key };
  expect(await party({ provider, api, scheme, credential: wrong }).call()).toMatchObject({
    outcome: "fault",
    error: { code: "AUTH_FAILED", nativeCode: "invalid_client" },
  });
});

test("a certificate that no authority speaks for is known by itself where it is registered", async () => {
  const authority = await testAuthority("robot");
  const { cert, key } = await authority.client("robot");
  const jwk = await exportJWK(new X509Certificate(cert).publicKey);
  const provider = await strictProvider({
    clients: [
      {
        ...CLIENT,
        token_endpoint_auth_method: "self_signed_tls_client_auth",
        jwks: { keys: [{ ...jwk, x5c: [new X509Certificate(cert).raw.toString("base64")] }] },
      },
    ],
  });
  const api = await resourceServer(provider, "certificate");
  const scheme = { grant: "client_credentials", clientAuth: "self_signed_tls_client_auth", certificateBound: true } as const;
  const credential = { clientId: "robot", certificate: cert, privateKey: key, ca: `${provider.ca}\n${api.ca}` };
  expect(await party({ provider, api, scheme, credential }).call()).toMatchObject({ outcome: "success" });
});

test("a person's tokens are bound to the certificate too, through their renewal, and useless to whoever takes them", async () => {
  const provider = await strictProvider({
    clients: [
      {
        client_id: "app",
        grant_types: ["authorization_code", "refresh_token"],
        scope: "openid offline_access",
        tls_client_certificate_bound_access_tokens: true,
      },
    ],
  });
  const api = await resourceServer(provider, "certificate");
  const { cert, key } = await provider.certificateFor("app");
  const scheme = {
    grant: "authorization_code",
    certificateBound: true,
    requiredScopes: ["openid", "offline_access"],
    authorizeParams: { prompt: "consent" },
  } as const;
  const ca = `${provider.ca}\n${api.ca}`;
  const own = party({
    provider,
    api,
    scheme,
    credential: { clientId: "app", clientSecret: SECRET, certificate: cert, privateKey: key, ca },
  });
  await signIn(own);
  expect(await own.call()).toMatchObject({ outcome: "success", output: { verdict: "ok" } });
  await own.renew();
  expect(await own.call()).toMatchObject({ outcome: "success" });
  expect(new Set(api.tokens).size).toBe(2);

  const thief = await provider.certificateFor("thief");
  const { refreshToken: _, ...tokens } = own.stored.credential;
  const stolen = { ...tokens, certificate: thief.cert, privateKey: thief.key };
  expect(await party({ provider, api, scheme, credential: stolen }).call()).toMatchObject({ outcome: "fault" });
  expect(api.verdicts.at(-1)).toBe("other_certificate");
});
