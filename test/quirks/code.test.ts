// Pins: a code that is not found where the vendor puts it, and one that is accepted although it is not for this sign-in.
import { createHmac } from "node:crypto";
import type { OAuth2Scheme } from "@mortise/contract";
import { expect } from "vitest";
import { oauth2, REDIRECT_URI, tokenAnswer } from "./provider.ts";
import { quirk } from "./quirk.ts";

quirk(13, "the code comes back under the vendor's name for it", async (open) => {
  const { signIn, asked } = await open(oauth2({ codeParam: "spapi_oauth_code" }), {
    script: { redirect: ({ state = "" }) => ({ spapi_oauth_code: "code-of-the-seller", state, code: "not this one" }) },
  });
  await signIn();
  expect(asked("/token")[0]?.code).toBe("code-of-the-seller");
});

quirk(13, "an answer with another state, with an error, or without a code is refused, and nothing is exchanged", async (open) => {
  const refused = async (back: { readonly [name: string]: string }) => {
    const { signIn, asked } = await open(oauth2({ codeParam: "auth_code" }), {
      script: { redirect: ({ state = "" }) => ({ state, ...back }) },
    });
    const error = await signIn().catch((thrown) => thrown);
    expect(asked("/token")).toEqual([]);
    return error;
  };
  expect(await refused({ auth_code: "stolen", state: "of another browser" })).toMatchObject({ code: "AUTH_FAILED" });
  expect(await refused({ error: "access_denied", error_description: "The person said no" })).toMatchObject({
    code: "AUTH_FAILED",
    data: { nativeCode: "access_denied", message: expect.stringContaining("The person said no") },
  });
  expect(await refused({ code: "under the standard's name" })).toMatchObject({
    code: "AUTH_FAILED",
    data: { message: expect.stringContaining("auth_code") },
  });
});

const OUTBOUND: Partial<OAuth2Scheme> = {
  tokenUrl: "{settings.baseUrl}/installations/{settings.installation}/authorizations",
  tokenBody: "json",
  clientAuth: "body",
  pkce: "off",
  pkceReason: "the code comes by a delivery",
  codeFrom: {
    webhook: {
      code: "/data/installation/code",
      signature: { algorithm: "hmac-sha256", header: "Vendor-Hook-Signature", encoding: "hex" },
    },
  },
  keep: [{ setting: "installation", from: { redirect: "/data/installation/uuid" }, required: true }],
};
const INSTALLATION = { type: "object", properties: { installation: { type: "string", pattern: "^[0-9a-f-]{1,36}$" } } } as const;

quirk(13, "the code comes by a signed delivery of the vendor, which also says where it is exchanged", async (open) => {
  const { runtime, asked, store, call } = await open(oauth2(OUTBOUND), {
    settings: INSTALLATION,
    script: { at: { "/installations/7ab-9/authorizations": () => tokenAnswer(1) } },
  });
  const { state, codeVerifier } = await runtime.startAuthorization({ connection: "main", redirectUri: REDIRECT_URI });
  const deliver = (body: string, secret: string) => {
    const signature = createHmac("sha256", secret).update(body).digest("hex");
    const headers = { "vendor-hook-signature": signature };
    const kept = { connection: "main", redirectUri: REDIRECT_URI, state, codeVerifier };
    return runtime.finishAuthorizationFromDelivery({ ...kept, headers, rawBody: Buffer.from(body) });
  };
  const good = JSON.stringify({ data: { installation: { code: "code-of-the-install", uuid: "7ab-9" } } });
  await expect(deliver(good, "somebody else's")).rejects.toMatchObject({ code: "AUTH_FAILED" });
  const elsewhere = JSON.stringify({ data: { installation: { code: "c", uuid: "../../evil" } } });
  await expect(deliver(elsewhere, "secret-of-the-app")).rejects.toMatchObject({ code: "MISCONFIGURED" });
  expect(asked("/installations/7ab-9/authorizations")).toEqual([]);

  const credential = await deliver(good, "secret-of-the-app");
  expect(credential).toMatchObject({ accessToken: "token-number-1", "kept.installation": "7ab-9" });
  expect(asked("/installations/7ab-9/authorizations")[0]).toMatchObject({ code: "code-of-the-install" });
  store(credential);
  expect(await call()).toMatchObject({ outcome: "success" });
});

quirk(13, "a delivery that nobody signs must bring the state of the start", async (open) => {
  const codeFrom = { webhook: { code: "/code", state: "/state" } };
  const { runtime } = await open(oauth2({ codeFrom }));
  const { state, codeVerifier } = await runtime.startAuthorization({ connection: "main", redirectUri: REDIRECT_URI });
  const deliver = (body: object) => {
    const kept = { connection: "main", redirectUri: REDIRECT_URI, state, codeVerifier, headers: {} };
    return runtime.finishAuthorizationFromDelivery({ ...kept, rawBody: Buffer.from(JSON.stringify(body)) });
  };
  for (const body of [{ code: "c" }, { code: "c", state: "another" }, { code: "c", state: "" }])
    await expect(deliver(body)).rejects.toMatchObject({ code: "AUTH_FAILED" });
  expect(await deliver({ code: "c", state })).toMatchObject({ accessToken: "token-number-1" });

  const open2 = await open(oauth2({ codeFrom: { webhook: { code: "/code" } } }));
  const kept = { connection: "main", redirectUri: REDIRECT_URI, state: "s", codeVerifier: undefined, headers: {} };
  const anybody = { ...kept, rawBody: Buffer.from(`{"code":"c"}`) };
  await expect(open2.runtime.finishAuthorizationFromDelivery(anybody)).rejects.toMatchObject({ code: "MISCONFIGURED" });
});
