// Pins: a device that asks too often, goes on after a no, or sends a person to what is no page.
import type { OAuth2Scheme } from "@mortise/contract";
import { expect, test } from "vitest";
import { pollDevice, startDevice, type TokenQuery, wrapCredential } from "../../src/index.ts";
import { fakeEndpoint, ok, type Reply } from "../tokens/fake-endpoint.ts";

const NOW_MS = 1_700_000_000_000;
const START = { device_code: "d1", user_code: "ABCD", verification_uri: "https://id.example.com/device", expires_in: 300 };

function queryOf(reply: Reply, scheme: Partial<OAuth2Scheme> = {}) {
  const { transport, forms } = fakeEndpoint(() => reply);
  const urls = { tokenUrl: "https://id.example.com/token", deviceUrl: "https://id.example.com/device/code" };
  const query: TokenQuery = {
    scheme: { kind: "oauth2", grant: "device_code", clientAuth: "none", ...urls, ...scheme },
    credential: wrapCredential({ clientId: "tv" }),
    settings: {},
    transport,
    nowMs: NOW_MS,
  };
  return { query, forms };
}

const started = {
  userCode: "ABCD",
  deviceCode: "d1",
  verificationUri: "https://id.example.com/device",
  expiresAtMs: NOW_MS + 300_000,
  intervalMs: 5_000,
  scopes: ["read"],
};

test("a start without an issuer asks with the client and its scopes, and waits five seconds where nobody says", async () => {
  const { query, forms } = queryOf(ok(START), { requiredScopes: ["read"] });
  expect(await startDevice(query)).toEqual(started);
  expect(forms()).toEqual([{ client_id: "tv", scope: "read" }]);
});

test("the address of a draft of the standard is taken too, and what is no page is not", async () => {
  const { verification_uri: _, ...others } = START;
  const draft = queryOf(ok({ ...others, verification_url: "https://id.example.com/go", interval: 2 }));
  expect(await startDevice(draft.query)).toMatchObject({ verificationUri: "https://id.example.com/go", intervalMs: 2_000 });
  const script = queryOf(ok({ ...START, verification_uri: "javascript:alert(1)" }));
  await expect(startDevice(script.query)).rejects.toMatchObject({ code: "MISCONFIGURED" });
  const complete = queryOf(ok({ ...START, verification_uri_complete: "javascript:alert(1)" }));
  expect(await startDevice(complete.query)).not.toHaveProperty("verificationUriComplete");
});

test("a person who has not decided is waited for, longer where the server wants that", async () => {
  const pending = queryOf({ status: 400, body: { error: "authorization_pending" } });
  expect(await pollDevice(pending.query, started)).toEqual({ state: "pending", intervalMs: 5_000 });
  const slower = queryOf({ status: 400, body: { error: "slow_down" } });
  expect(await pollDevice(slower.query, started)).toEqual({ state: "pending", intervalMs: 10_000 });
});

test("a no and the end of the code end the wait, each in its words", async () => {
  for (const [error, message] of [
    ["access_denied", "The person did not grant access."],
    ["expired_token", "Nobody granted access before the code ended."],
  ] as const) {
    const { query } = queryOf({ status: 400, body: { error } });
    await expect(pollDevice(query, started)).rejects.toMatchObject({ code: "AUTH_FAILED", message, data: { nativeCode: error } });
  }
  const sick = queryOf({ status: 503, body: "" });
  await expect(pollDevice(sick.query, started)).rejects.toMatchObject({ code: "TARGET_SICK" });
});

test("a yes gives the whole credential, with the scopes that were asked for where none come back", async () => {
  const { query, forms } = queryOf(ok({ access_token: "t1", refresh_token: "r1", expires_in: 60 }));
  expect(await pollDevice(query, started)).toEqual({
    state: "granted",
    credential: { clientId: "tv", accessToken: "t1", refreshToken: "r1", scope: "read", expiresAt: String(NOW_MS + 60_000) },
  });
  expect(forms()[0]).toMatchObject({ grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: "d1" });
});
