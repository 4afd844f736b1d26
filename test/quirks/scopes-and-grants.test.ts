// Pins: a scope without which a connection dies in silence, a grant under a vendor's own word, a step of a sign-in that is left out.

import { generateKeyPairSync } from "node:crypto";
import { expect } from "vitest";
import type { Answer } from "../vocabulary/vendor.ts";
import { HOUR_MS, NOW_MS, oauth2, tokenAnswer } from "./provider.ts";
import { quirk } from "./quirk.ts";

quirk(22, "scopes are asked for always, by default, or as chosen, and the granted ones are known", async (open) => {
  const scheme = oauth2({ requiredScopes: ["offline_access"], defaultScopes: ["read", "write"] });
  const usual = await open(scheme);
  expect(await usual.signIn()).toMatchObject({ scope: "offline_access read write" });
  const chosen = await open(scheme, {
    script: { token: (_, __, count) => tokenAnswer(count, { scope: "offline_access,read,admin" }) },
  });
  const credential = await chosen.signIn({ scopes: ["admin", "read"], withoutScopes: ["write", "offline_access"] });
  expect(chosen.asked("/authorize")[0]?.scope).toBe("offline_access read admin");
  expect(credential).toMatchObject({ scope: "offline_access read admin" });

  const listed = await open(scheme, { script: { token: (_, __, count) => tokenAnswer(count, { scope: ["read"] }) } });
  expect(await listed.signIn()).toMatchObject({ scope: "read" });
  const assumed = await open(oauth2({ defaultScopes: ["read"], grantedScopes: "assume" }), {
    script: { token: (_, __, count) => tokenAnswer(count, { scope: "not what it means" }) },
  });
  expect(await assumed.signIn()).toMatchObject({ scope: "read" });
});

quirk(23, "grants that no person takes part in send what is theirs, and the token is had again by them", async (open) => {
  const cases = [
    [oauth2({ grant: "client_credentials" }), {}, { grant_type: "client_credentials", scope: "read" }],
    [
      oauth2({ grant: "password" }),
      { username: "ada", password: "pass word" },
      { grant_type: "password", username: "ada", password: "pass word", scope: "read" },
    ],
    [
      oauth2({ grant: "client_credentials", grantType: "urn:vendor:account", tokenParams: { account_id: "7" } }),
      {},
      { grant_type: "urn:vendor:account", account_id: "7", scope: "read" },
    ],
    [
      oauth2({ grant: "vendor", grantType: "account_credentials", exchange: { account: { $cel: "credential.clientId" } } }),
      {},
      { grant_type: "account_credentials", account: "app", scope: "read" },
    ],
    [
      oauth2({ grant: "token_exchange", exchange: { subject_token: { $cel: "credential.subjectToken" }, audience: "api" } }),
      { subjectToken: "token-of-the-subject" },
      {
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token: "token-of-the-subject",
        audience: "api",
        subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
        scope: "read",
      },
    ],
  ] as const;
  for (const [scheme, fields, expected] of cases) {
    const { call, asked, clock, seen } = await open(
      { ...scheme, requiredScopes: ["read"] },
      {
        credential: { clientId: "app", clientSecret: "secret-of-the-app", ...fields },
        script: { token: (_, __, count) => ({ access_token: `token-number-${count}`, expires_in: 3600 }) },
      },
    );
    expect(await call()).toMatchObject({ outcome: "success" });
    clock.nowMs += HOUR_MS;
    expect(await call()).toMatchObject({ outcome: "success" });
    expect(asked("/token")).toEqual([expected, expected]);
    expect(seen("/me")[1]?.headers.authorization).toBe("Bearer token-number-2");
  }
});

quirk(23, "an assertion that the connection signs is the grant", async (open) => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const scheme = oauth2({
    grant: "jwt_bearer",
    clientAuth: "none",
    assertion: {
      alg: "RS256",
      claims: { iss: { $cel: "credential.clientId" }, aud: "https://vendor.example", sub: "ada" },
      lifetime: "5m",
    },
  });
  const credential = { clientId: "app", privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
  const { call, asked } = await open(scheme, { credential });
  expect(await call()).toMatchObject({ outcome: "success" });
  const { grant_type, assertion = "" } = asked("/token")[0] ?? {};
  expect(grant_type).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
  const claims = JSON.parse(Buffer.from(assertion.split(".")[1] ?? "", "base64url").toString());
  expect(claims).toMatchObject({ iss: "app", aud: "https://vendor.example", sub: "ada", exp: NOW_MS / 1_000 + 300 });
});

quirk(
  24,
  "steps before the token request hand on what they keep, and steps after it make the token that is used",
  async (open) => {
    const scheme = oauth2({
      grant: "vendor",
      grantType: "session_exchange",
      clientAuth: "none",
      steps: [
        {
          name: "challenge",
          method: "GET",
          url: "{settings.baseUrl}/challenge",
          query: { app: { $cel: "credential.clientId" } },
          keep: { nonce: { body: "/nonce" }, trace: { header: "X-Trace" } },
        },
        {
          name: "session",
          method: "POST",
          url: "{settings.baseUrl}/session",
          headers: { "X-Trace": { $cel: "steps.challenge.trace" } },
          body: { nonce: { $cel: "steps.challenge.nonce" }, at: { $cel: "nowMs" } },
          bodyType: "form",
          keep: { id: { body: "/id" } },
        },
      ],
      exchange: { session_id: { $cel: "steps.session.id" } },
      afterToken: [
        {
          name: "tenant",
          method: "POST",
          url: "{settings.baseUrl}/tenant-token",
          headers: { authorization: { $text: "Bearer ${token}" } },
          body: { trace: { $cel: "steps.challenge.trace" } },
          keep: { token: { body: "/token" }, expiresIn: { body: "/life" } },
        },
      ],
    });
    let made = 0;
    const { call, asked, seen, clock } = await open(scheme, {
      credential: { clientId: "app" },
      script: {
        at: {
          "/challenge": () => ({ headers: { "X-Trace": "trace-7" }, body: { nonce: "nonce-7" } }),
          "/session": () => ({ id: "session-7" }),
          "/tenant-token": () => ({ token: `tenant-token-${++made}`, life: 600 }),
        },
      },
    });
    expect(await call()).toMatchObject({ outcome: "success" });
    expect(asked("/challenge")).toEqual([{ app: "app" }]);
    expect(asked("/session")).toEqual([{ nonce: "nonce-7", at: String(NOW_MS) }]);
    expect(seen("/session")[0]?.headers["x-trace"]).toBe("trace-7");
    expect(asked("/token")).toEqual([{ grant_type: "session_exchange", session_id: "session-7", client_id: "app" }]);
    expect(seen("/tenant-token")[0]?.headers.authorization).toBe("Bearer token-number-1");
    expect(asked("/tenant-token")).toEqual([{ trace: "trace-7" }]);
    expect(seen("/me")[0]?.headers.authorization).toBe("Bearer tenant-token-1");
    clock.nowMs += 600_000;
    expect(await call()).toMatchObject({ outcome: "success" });
    expect(seen("/me")[1]?.headers.authorization).toBe("Bearer tenant-token-2");
  },
);

quirk(24, "what a step kept is masked where a later one is refused with it", async (open) => {
  const scheme = oauth2({
    grant: "client_credentials",
    steps: [
      { name: "first", method: "GET", url: "{settings.baseUrl}/first", keep: { ticket: { body: "/ticket" } } },
      {
        name: "second",
        method: "GET",
        url: "{settings.baseUrl}/second",
        query: { ticket: { $cel: "steps.first.ticket" } },
        keep: { id: { body: "/id" } },
      },
    ],
  });
  const { call } = await open(scheme, {
    script: {
      at: {
        "/first": () => ({ ticket: "ticket-that-logs-in" }),
        "/second": ({ ticket }) => ({ status: 401, body: { error: "bad_ticket", error_description: `no ${ticket}` } }),
      },
    },
  });
  const result = await call();
  expect(result).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED", nativeCode: "bad_ticket" } });
  expect(JSON.stringify(result)).not.toContain("ticket-that-logs-in");
});

quirk(24, "a step that is refused, or does not say what it should, says which one it was", async (open) => {
  const scheme = oauth2({
    grant: "client_credentials",
    steps: [{ name: "challenge", method: "GET", url: "{settings.baseUrl}/challenge", keep: { nonce: { body: "/nonce" } } }],
  });
  const cases: readonly (readonly [Answer, string])[] = [
    [{ status: 401, body: { error: "blocked" } }, "AUTH_FAILED"],
    [{ status: 200, body: { other: 1 } }, "MISCONFIGURED"],
    [{ status: 503 }, "TARGET_SICK"],
  ];
  for (const [answer, code] of cases) {
    const { call, asked } = await open(scheme, { script: { at: { "/challenge": () => answer } } });
    expect(await call()).toMatchObject({ error: { code } });
    expect(asked("/token")).toEqual([]);
  }
});
