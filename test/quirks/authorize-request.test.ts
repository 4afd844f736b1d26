// Pins: a person who is sent to a page that refuses the request, because a vendor wants it written in its own way.
import { createHash } from "node:crypto";
import { expect } from "vitest";
import { browse, oauth2, REDIRECT_URI } from "./provider.ts";
import { quirk } from "./quirk.ts";

quirk(1, "the authorize URL carries parameters of the contract, with settings in them", async (open) => {
  const scheme = oauth2({
    authorizeParams: { prompt: "consent", access_type: "offline", audience: "https://{settings.tenant}.example/api" },
  });
  const { signIn, asked, call } = await open(scheme, {
    settings: { type: "object", properties: { tenant: { type: "string" } } },
    values: { tenant: "acme & sons" },
  });
  await signIn();
  expect(asked("/authorize")).toEqual([
    {
      prompt: "consent",
      access_type: "offline",
      audience: "https://acme & sons.example/api",
      response_type: "code",
      client_id: "app",
      redirect_uri: REDIRECT_URI,
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
    },
  ]);
  expect(await call()).toMatchObject({ outcome: "success" });
});

quirk(8, "no proof key where the vendor refuses one, and a plain one where it knows no other", async (open) => {
  const off = await open(oauth2({ pkce: "off", pkceReason: "answers invalid_request to code_challenge" }));
  await off.signIn();
  expect(off.asked("/authorize")[0]).not.toHaveProperty("code_challenge");
  expect(off.asked("/token")[0]).not.toHaveProperty("code_verifier");

  const plain = await open(oauth2({ pkce: "plain" }));
  await plain.signIn();
  const [sent] = plain.asked("/authorize");
  expect(sent).toMatchObject({ code_challenge_method: "plain" });
  expect(plain.asked("/token")[0]?.code_verifier).toBe(sent?.code_challenge);

  const usual = await open(oauth2({}));
  await usual.signIn();
  const verifier = usual.asked("/token")[0]?.code_verifier ?? "";
  expect(usual.asked("/authorize")[0]?.code_challenge).toBe(createHash("sha256").update(verifier).digest("base64url"));
});

quirk(9, "scopes are parted by what the vendor reads, and stay as they are where it does not decode them", async (open) => {
  const comma = await open(oauth2({ scopeSeparator: ",", requiredScopes: ["read:all", "write"] }));
  await comma.signIn();
  expect(comma.asked("/authorize")[0]?.scope).toBe("read:all,write");

  const plus = await open(oauth2({ scopeSeparator: "+", noEncode: ["scope"], requiredScopes: ["read:all", "write"] }));
  await plus.signIn();
  expect(plus.seen("/authorize")[0]?.target).toContain("scope=read:all+write");

  const evil = await open(oauth2({ noEncode: ["scope"] }));
  await evil.signIn({ scopes: ["a&state=mine#x"] });
  expect(evil.asked("/authorize")[0]).toMatchObject({ scope: "a&state=mine#x", state: expect.stringMatching(/^[\w-]{43}$/) });
});

quirk(10, "parameters go by the vendor's names, or not at all, and the state comes back under its own", async (open) => {
  const scheme = oauth2({
    clientAuth: "body",
    rename: {
      authorize: { client_id: "client_key", redirect_uri: "redirect_url", response_type: null, state: "opaque" },
      token: { client_id: "app_id", client_secret: "app_secret", code: "auth_code", grant_type: null },
    },
  });
  const { signIn, asked } = await open(scheme, {
    script: { redirect: ({ opaque = "" }) => ({ code: "the-code-of-this-consent", opaque }) },
  });
  await signIn();
  expect(asked("/authorize")[0]).toMatchObject({ client_key: "app", redirect_url: REDIRECT_URI });
  expect(Object.keys(asked("/authorize")[0] ?? {})).not.toEqual(expect.arrayContaining(["client_id"]));
  expect(asked("/authorize")[0]).not.toHaveProperty("response_type");
  expect(asked("/token")).toEqual([
    {
      app_id: "app",
      app_secret: "secret-of-the-app",
      auth_code: "the-code-of-this-consent",
      redirect_uri: REDIRECT_URI,
      code_verifier: expect.any(String),
    },
  ]);
});

quirk(
  10,
  "a state that comes back wrong under its other name is refused, and without a state nothing starts but for a proof key",
  async (open) => {
    const renamed = await open(oauth2({ rename: { authorize: { state: "opaque" } } }), {
      script: { redirect: () => ({ code: "the-code-of-this-consent", opaque: "another browser's" }) },
    });
    await expect(renamed.signIn()).rejects.toMatchObject({ code: "AUTH_FAILED" });
    expect(renamed.asked("/token")).toEqual([]);

    const without = await open(oauth2({ rename: { authorize: { state: null } }, pkce: "off", pkceReason: "refused" }));
    await expect(without.signIn()).rejects.toMatchObject({ code: "MISCONFIGURED" });
    const proven = await open(oauth2({ rename: { authorize: { state: null } } }), {
      script: { redirect: () => ({ code: "the-code-of-this-consent" }) },
    });
    await proven.signIn();
    expect(proven.asked("/token")).toHaveLength(1);
  },
);

quirk(11, "parameters stand in the fragment of a page that routes by it", async (open) => {
  const scheme = oauth2({ authorizeUrl: "{settings.baseUrl}/#/oauth/authorize", authorizeFragment: true });
  const { runtime, vendor } = await open(scheme);
  const { url } = await runtime.startAuthorization({ connection: "main", redirectUri: REDIRECT_URI });
  expect(url.search).toBe("");
  expect(url.hash).toMatch(/^#\/oauth\/authorize\?response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fmortise/);

  const whole = oauth2({ authorizeUrl: "{settings.baseUrl}/authorize#/oauth", authorizeFragment: true });
  const page = await open(whole);
  await page.signIn();
  expect(page.asked("/token")).toHaveLength(1);
  await expect(browse(new URL(`${vendor.origin}/me`))).rejects.toThrow("did not send the browser back");
});

quirk(12, "parameters that come to nothing are left out, those that must not be encoded are not", async (open) => {
  const params = { team: "{settings.team}", domain_hint: "a:b/c" };
  const settings = { type: "object", properties: { team: { type: "string" } } } as const;
  const lean = await open(
    oauth2({ authorizeParams: params, tokenParams: { team: "{settings.team}" }, omitEmpty: true, noEncode: ["domain_hint"] }),
    { settings },
  );
  await lean.signIn();
  expect(lean.seen("/authorize")[0]?.target).not.toContain("team=");
  expect(lean.seen("/authorize")[0]?.target).toContain("domain_hint=a:b/c");
  expect(lean.asked("/token")[0]).not.toHaveProperty("team");

  const usual = await open(oauth2({ authorizeParams: params }), { settings });
  await usual.signIn();
  expect(usual.seen("/authorize")[0]?.target).toContain("team=&domain_hint=a%3Ab%2Fc");
});
