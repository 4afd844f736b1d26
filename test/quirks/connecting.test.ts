// Pins: a client that is not known, an account that nobody asked for, a grant that outlives its connection, a token in the wrong place.
import { clientMetadataDocument } from "@mortise/auth";
import type { Operation } from "@mortise/contract";
import { expect } from "vitest";
import { at } from "../vocabulary/vendor.ts";
import { HOUR_MS, oauth2, REDIRECT_URI, tokenAnswer } from "./provider.ts";
import { quirk } from "./quirk.ts";

/** Settings whose schema says where the vendor may be, so that the deployment's secret goes there alone. */
const OF_THE_VENDOR = {
  type: "object",
  properties: { baseUrl: { type: "string", pattern: "^http://(localhost|127\\.0\\.0\\.1):\\d+$" } },
} as const;

quirk(27, "a client registers itself on the way, once, and its tokens are renewed as that client", async (open) => {
  const scheme = oauth2({
    registration: "dynamic",
    registrationUrl: "{settings.baseUrl}/register",
    clientAuth: "body",
    requiredScopes: ["read"],
  });
  const { signIn, asked, call, clock, stored } = await open(scheme, {
    credential: {},
    script: {
      at: { "/register": () => ({ status: 201, body: { client_id: "client-9", client_secret: "secret-of-client-9" } }) },
    },
  });
  const credential = await signIn({ clientName: "Acme flows" });
  expect(asked("/register")).toEqual([
    {
      client_name: "Acme flows",
      redirect_uris: [REDIRECT_URI],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "client_secret_post",
      scope: "read",
    },
  ]);
  expect(asked("/authorize")[0]?.client_id).toBe("client-9");
  expect(credential).toMatchObject({ clientId: "client-9", clientSecret: "secret-of-client-9" });
  clock.nowMs += HOUR_MS;
  expect(await call()).toMatchObject({ outcome: "success" });
  expect(asked("/token")[1]).toMatchObject({ client_id: "client-9", client_secret: "secret-of-client-9" });
  await signIn();
  expect(asked("/register")).toHaveLength(1);
  expect(stored().credential).toMatchObject({ clientId: "client-9" });
});

quirk(27, "a registration that is refused starts nothing, and shows no secret", async (open) => {
  const { signIn, asked } = await open(oauth2({ registration: "dynamic", registrationUrl: "{settings.baseUrl}/register" }), {
    credential: { registrationToken: "initial-access-token" },
    script: {
      at: {
        "/register": (_, { headers }) => ({
          status: 403,
          body: { error: "invalid_token", error_description: headers.authorization ?? "" },
        }),
      },
    },
  });
  const error = await signIn().catch((thrown) => thrown);
  expect(error).toMatchObject({ code: "AUTH_FAILED", data: { nativeCode: "invalid_token" } });
  expect(JSON.stringify([error.message, error.data])).not.toContain("initial-access-token");
  expect(asked("/authorize")).toEqual([]);
});

quirk(27, "a client id is the address of the deployment's metadata", async (open) => {
  const scheme = oauth2({ registration: "metadata_document", clientAuth: "none" });
  const { signIn, asked } = await open(scheme, { credential: {} });
  await expect(signIn()).rejects.toMatchObject({ code: "MISCONFIGURED" });
  const clientMetadataUrl = "https://mortise.example/oauth/client.json";
  expect(await signIn({ clientMetadataUrl })).toMatchObject({ clientId: clientMetadataUrl });
  expect([asked("/authorize")[0]?.client_id, asked("/token")[0]?.client_id]).toEqual([clientMetadataUrl, clientMetadataUrl]);
  const document = clientMetadataDocument(scheme, clientMetadataUrl, { redirectUri: REDIRECT_URI, name: "Acme flows" });
  expect(document).toMatchObject({
    client_id: clientMetadataUrl,
    redirect_uris: [REDIRECT_URI],
    token_endpoint_auth_method: "none",
  });
  const unsafe = () => clientMetadataDocument(scheme, "http://mortise.example/c", { redirectUri: REDIRECT_URI, name: "" });
  expect(unsafe).toThrow("must be https");
});

const OPERATIONS: { readonly [name: string]: Partial<Operation> } = {
  tenants: { request: { method: "GET", url: at("/tenants") } },
  uninstall: {
    effect: "delete",
    request: { method: "DELETE", url: { $text: "${settings.baseUrl}/tenants/${settings.tenantId}" } },
  },
  invalidate: { effect: "execute", idempotency: "none", request: { method: "POST", url: at("/invalidate") } },
};
const TENANT = {
  type: "object",
  required: ["tenantId"],
  properties: { tenantId: { type: "string", pattern: "^t-[0-9]+$" } },
} as const;
const ACTIONS = {
  postConnect: [{ operation: "tenants", keep: { tenantId: "/0/id" } }],
  preDelete: [{ operation: "uninstall" }],
} as const;

quirk(
  28,
  "what runs after connecting finds the tenant, what runs before the end uninstalls there, and the tokens are taken back",
  async (open) => {
    const scheme = oauth2({ ...ACTIONS, revokeUrl: "{settings.baseUrl}/revoke" });
    const { signIn, seen, asked, runtime } = await open(scheme, {
      operations: OPERATIONS,
      settings: TENANT,
      script: { at: { "/tenants": () => ({ body: [{ id: "t-42" }] }), "/revoke": () => ({ status: 200 }) } },
    });
    expect(await signIn()).toMatchObject({ "kept.tenantId": "t-42", accessToken: "token-number-1" });
    expect(seen("/tenants")[0]?.headers.authorization).toBe("Bearer token-number-1");
    const ended = await runtime.disconnect("main");
    expect(ended).toEqual({
      steps: [{ operation: "uninstall", isDone: true }],
      revocation: { outcome: "revoked", message: expect.any(String) },
    });
    expect(seen("/tenants/t-42")[0]?.method).toBe("DELETE");
    expect(asked("/revoke").map(({ token, token_type_hint }) => [token, token_type_hint])).toEqual([
      ["refresh-number-1", "refresh_token"],
      ["token-number-1", "access_token"],
    ]);
  },
);

quirk(28, "a tenant that does not fit, or a step that fails, connects nothing", async (open) => {
  for (const [answer, expected] of [
    [{ body: [{ id: "../admin" }] }, { code: "MISCONFIGURED", data: { path: "/settings/tenantId" } }],
    [{ body: [] }, { code: "AUTH_FAILED", data: { path: "/settings/tenantId" } }],
    [{ status: 404, body: {} }, { code: "NOT_FOUND" }],
  ] as const) {
    const { signIn } = await open(oauth2(ACTIONS), {
      operations: OPERATIONS,
      settings: TENANT,
      script: { at: { "/tenants": () => answer } },
    });
    await expect(signIn()).rejects.toMatchObject(expected);
  }
});

quirk(28, "trouble at the vendor is told and holds the end of a connection up in nothing", async (open) => {
  const failing = await open(oauth2({ ...ACTIONS, revokeUrl: "{settings.baseUrl}/revoke" }), {
    operations: OPERATIONS,
    settings: TENANT,
    script: {
      at: {
        "/tenants": () => ({ body: [{ id: "t-42" }] }),
        "/tenants/t-42": () => ({ status: 403, body: { error: "no" } }),
        "/revoke": (params) => ({ status: 400, body: { error: "invalid_client", error_description: `no ${params.token}` } }),
      },
    },
  });
  await failing.signIn();
  const ended = await failing.runtime.disconnect("main");
  expect(ended).toMatchObject({
    steps: [{ operation: "uninstall", isDone: false, error: { status: 403 } }],
    revocation: { outcome: "failed", error: { code: "AUTH_FAILED", nativeCode: "invalid_client" } },
  });
  expect(JSON.stringify(ended)).not.toContain("refresh-number-1");

  const own = await open(oauth2({ revoke: { operation: "invalidate" } }), { operations: OPERATIONS });
  await own.signIn();
  expect((await own.runtime.disconnect("main")).revocation).toMatchObject({ outcome: "revoked" });
  expect(own.seen("/invalidate")).toHaveLength(1);
  const none = await open(oauth2({ revoke: { none: "Keys live until their owner deletes them." } }));
  await none.signIn();
  expect((await none.runtime.disconnect("main")).revocation).toEqual({
    outcome: "none",
    message: "Keys live until their owner deletes them.",
  });
});

quirk(29, "a connection brings its own client, or uses the deployment's where it brings none or may not", async (open) => {
  const clients = async () => ({ clientId: "client-of-the-deployment", clientSecret: "secret-of-the-deployment" });
  const own = await open(oauth2({ clientAuth: "body", ownClient: true }), { runtime: { clients } });
  await own.signIn();
  expect(own.asked("/token")[0]).toMatchObject({ client_id: "app", client_secret: "secret-of-the-app" });

  const none = await open(oauth2({ clientAuth: "body" }), { settings: OF_THE_VENDOR, credential: {}, runtime: { clients } });
  await none.signIn();
  none.clock.nowMs += HOUR_MS;
  expect(await none.call()).toMatchObject({ outcome: "success" });
  for (const asked of none.asked("/token"))
    expect(asked).toMatchObject({ client_id: "client-of-the-deployment", client_secret: "secret-of-the-deployment" });

  const bound = await open(oauth2({ clientAuth: "body", ownClient: false }), { settings: OF_THE_VENDOR, runtime: { clients } });
  await expect(bound.signIn()).rejects.toMatchObject({ code: "MISCONFIGURED", data: { path: "/credential/clientId" } });
  expect(bound.asked("/authorize")).toEqual([]);
  bound.store({});
  await bound.signIn();
  expect(bound.asked("/token")[0]).toMatchObject({ client_id: "client-of-the-deployment" });
});

quirk(30, "the token goes where the contract puts it, and other headers of the credential go with it", async (open) => {
  const places = [
    [{ in: "header", name: "X-Access-Token" }, "x-access-token", "token-number-1"],
    [{ in: "header", name: "Authorization", prefix: "Token token=" }, "authorization", "Token token=token-number-1"],
    [{ in: "cookie", name: "sid" }, "cookie", "sid=token-number-1"],
    [
      { in: "header", name: "Authorization", value: { $text: "Vendor ${token}:${credential.clientId}" } },
      "authorization",
      "Vendor token-number-1:app",
    ],
  ] as const;
  for (const [apply, header, expected] of places) {
    const { signIn, call, seen } = await open(oauth2({ apply }));
    await signIn();
    expect(await call()).toMatchObject({ outcome: "success" });
    expect(seen("/me")[0]?.headers[header]).toBe(expected);
  }
  const several = await open(
    oauth2({
      apply: { in: "query", name: "access_token" },
      also: [
        { in: "header", name: "X-Client", value: { $cel: "credential.clientId" } },
        { in: "header", name: "X-Tenant", value: { $cel: "settings.tenant" } },
      ],
    }),
    {
      settings: { type: "object", properties: { tenant: { type: "string" } } },
      values: { tenant: "acme" },
      script: { token: (_, __, count) => tokenAnswer(count) },
    },
  );
  await several.signIn();
  expect(await several.call()).toMatchObject({ outcome: "success" });
  const [request] = several.seen("/me");
  expect(request?.query.get("access_token")).toBe("token-number-1");
  expect(request?.headers).toMatchObject({ "x-client": "app", "x-tenant": "acme" });
});
