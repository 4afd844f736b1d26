// Pins: a provider that takes requests for consent only where they were handed in beforehand, and turns our browsers away.
import { expect, test } from "vitest";
import { party, signIn } from "./connected.ts";
import { resourceServer } from "./resource-server.ts";
import { SECRET, strictProvider } from "./strict-provider.ts";

const CLIENT = { client_id: "app", grant_types: ["authorization_code", "refresh_token"], scope: "openid offline_access" };
const SCHEME = {
  grant: "authorization_code",
  requiredScopes: ["openid", "offline_access"],
  authorizeParams: { prompt: "consent" },
} as const;
const features = { pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true } } as const;

test("where the provider wants it the request is pushed, and the browser carries a reference alone", async () => {
  const provider = await strictProvider({ clients: [CLIENT], features });
  const api = await resourceServer(provider);
  const own = party({ provider, api, scheme: SCHEME, credential: { clientId: "app", clientSecret: SECRET } });
  const start = await signIn(own);
  expect([...start.searchParams.keys()].toSorted()).toEqual(["client_id", "request_uri"]);
  expect(provider.seen).toContain("POST /request");
  expect(await own.call()).toMatchObject({ outcome: "success", output: { verdict: "ok" } });
});

test("a client that may not push is told so where the sign-in begins", async () => {
  const provider = await strictProvider({ clients: [CLIENT], features });
  const api = await resourceServer(provider);
  const own = party({ provider, api, scheme: SCHEME, credential: { clientId: "app", clientSecret: "wrong" } });
  await expect(signIn(own)).rejects.toMatchObject({ code: "AUTH_FAILED", data: { nativeCode: "invalid_client" } });
});
