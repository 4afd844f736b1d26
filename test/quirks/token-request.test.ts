// Pins: a token request that a vendor refuses, because it wants other parameters, another form, method, address, or a signature.
import { createHmac, createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { expect } from "vitest";
import { HOUR_MS, NOW_MS, oauth2, REDIRECT_URI, tokenAnswer } from "./provider.ts";
import { quirk } from "./quirk.ts";

quirk(
  2,
  "the token request carries parameters of the contract, and the refresh those too where it has none of its own",
  async (open) => {
    const scheme = oauth2({ tokenParams: { resource: "https://{settings.tenant}.example" }, clientAuth: "body" });
    const settings = { type: "object", properties: { tenant: { type: "string" } } } as const;
    const { signIn, asked, call, clock } = await open(scheme, { settings, values: { tenant: "acme" } });
    await signIn();
    clock.nowMs += HOUR_MS;
    expect(await call()).toMatchObject({ outcome: "success" });
    expect(asked("/token")).toEqual([
      {
        grant_type: "authorization_code",
        code: "the-code-of-this-consent",
        redirect_uri: REDIRECT_URI,
        code_verifier: expect.any(String),
        resource: "https://acme.example",
        client_id: "app",
        client_secret: "secret-of-the-app",
      },
      {
        grant_type: "refresh_token",
        refresh_token: "refresh-number-1",
        resource: "https://acme.example",
        client_id: "app",
        client_secret: "secret-of-the-app",
      },
    ]);
  },
);

quirk(3, "the refresh has parameters of its own, a word for its grant among them", async (open) => {
  const scheme = oauth2({
    tokenParams: { type: "web_server" },
    refreshParams: { type: "refresh", grant_type: "renew", scope: "offline", expires_in: "86400" },
  });
  const { signIn, asked, call, clock } = await open(scheme);
  await signIn();
  clock.nowMs += HOUR_MS;
  await call();
  expect(asked("/token")[0]).toMatchObject({ grant_type: "authorization_code", type: "web_server" });
  expect(asked("/token")[1]).toEqual({
    grant_type: "renew",
    type: "refresh",
    scope: "offline",
    expires_in: "86400",
    refresh_token: "refresh-number-1",
  });
});

quirk(4, "the client proves itself by Basic, in the body, with the secret alone as user, or with nothing", async (open) => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
  const cases = [
    ["basic", basic("app:secret-of-the-app"), {}],
    ["body", undefined, { client_id: "app", client_secret: "secret-of-the-app" }],
    ["basic_secret_only", basic("secret-of-the-app:"), {}],
    ["none", undefined, { client_id: "app" }],
  ] as const;
  for (const [clientAuth, header, params] of cases) {
    const { signIn, seen, asked } = await open(oauth2({ clientAuth }), {
      ...(clientAuth === "none" ? { credential: { clientId: "app" } } : {}),
    });
    await signIn();
    const { client_id, client_secret } = asked("/token")[0] ?? {};
    expect([clientAuth, seen("/token")[0]?.headers.authorization]).toEqual([clientAuth, header]);
    expect([clientAuth, JSON.parse(JSON.stringify({ client_id, client_secret }))]).toEqual([clientAuth, params]);
  }
});

quirk(4, "the client proves itself by a JWT that it signs for the token endpoint", async (open) => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const scheme = oauth2({ clientAuth: "private_key_jwt", clientAssertion: { alg: "ES256", header: { kid: "key-1" } } });
  const credential = { clientId: "app", privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
  const { signIn, asked, vendor } = await open(scheme, { credential });
  await signIn();
  const { client_assertion = "", client_assertion_type } = asked("/token")[0] ?? {};
  expect(client_assertion_type).toBe("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
  const [header = "", claims = "", signature = ""] = client_assertion.split(".");
  const read = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString());
  expect(read(header)).toMatchObject({ alg: "ES256", kid: "key-1" });
  expect(read(claims)).toMatchObject({ iss: "app", sub: "app", aud: `${vendor.origin}/token`, iat: NOW_MS / 1_000 });
  const key = { key: createPublicKey(publicKey.export({ type: "spki", format: "pem" })), dsaEncoding: "ieee-p1363" } as const;
  expect(verify("sha256", Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, "base64url"))).toBe(true);
});

quirk(5, "parameters are written as a form, as JSON, in the query or as XML, with the vendor's headers", async (open) => {
  const tokenHeaders = { "Api-Version": "2026-01-01", "X-Team": "{settings.team}" };
  const settings = { type: "object", properties: { team: { type: "string" } } } as const;
  const written = async (tokenBody?: "form" | "json" | "query" | "xml") => {
    const scheme = oauth2({ clientAuth: "body", tokenHeaders, ...(tokenBody === undefined ? {} : { tokenBody }) });
    const { signIn, seen, asked } = await open(scheme, {
      settings,
      values: { team: "blue" },
      credential: { clientId: "app", clientSecret: `a<b>&"c` },
    });
    await signIn();
    const [request] = seen("/token");
    expect(request?.headers).toMatchObject({ "api-version": "2026-01-01", "x-team": "blue" });
    return { request, params: asked("/token")[0] };
  };
  const sent = { grant_type: "authorization_code", client_secret: `a<b>&"c` };
  const form = await written();
  expect(form.request?.headers["content-type"]).toMatch(/^application\/x-www-form-urlencoded/);
  expect(form.params).toMatchObject(sent);
  const json = await written("json");
  expect(json.request?.headers["content-type"]).toBe("application/json");
  expect(json.params).toMatchObject(sent);
  const query = await written("query");
  expect([query.request?.method, query.request?.body.length]).toEqual(["POST", 0]);
  expect(Object.fromEntries(query.request?.query ?? [])).toMatchObject(sent);
  const xml = await written("xml");
  expect(xml.request?.headers["content-type"]).toBe("application/xml");
  expect(xml.request?.body.toString()).toContain("<grant_type>authorization_code</grant_type>");
  expect(xml.request?.body.toString()).toContain("<client_secret>a&lt;b&gt;&amp;&quot;c</client_secret>");
});

quirk(6, "the token is fetched by GET, and its request shows no secret where the runtime tells of it", async (open) => {
  const { signIn, seen, call } = await open(oauth2({ tokenMethod: "GET", clientAuth: "body" }), {
    script: { token: (_, __, count) => (count === 1 ? tokenAnswer(1) : { status: 400, body: { error: "invalid_grant" } }) },
  });
  await signIn();
  const [request] = seen("/token");
  expect([request?.method, request?.body.length]).toEqual(["GET", 0]);
  expect(request?.query.get("client_secret")).toBe("secret-of-the-app");
  expect(request?.query.get("code")).toBe("the-code-of-this-consent");
  expect(await call()).toMatchObject({ outcome: "success" });
  await expect(signIn()).rejects.toSatisfy((error) => !JSON.stringify(error).includes("secret-of-the-app"));
});

quirk(7, "the refresh goes to an address of its own, whose query stays", async (open) => {
  const scheme = oauth2({ refreshUrl: "{settings.baseUrl}/renew?refresh" });
  const { signIn, asked, seen, call, clock } = await open(scheme, { script: { at: { "/renew": () => tokenAnswer(2) } } });
  await signIn();
  clock.nowMs += HOUR_MS;
  expect(await call()).toMatchObject({ outcome: "success" });
  expect(asked("/token")).toHaveLength(1);
  expect(seen("/renew")[0]?.target).toBe("/renew?refresh");
  expect(asked("/renew")[0]).toMatchObject({ grant_type: "refresh_token", refresh_token: "refresh-number-1" });
});

quirk(25, "token requests are signed over their body and the time", async (open) => {
  const scheme = oauth2({
    tokenBody: "json",
    clientAuth: "none",
    signTokenRequest: {
      algorithm: "hmac-sha256",
      key: "signingSecret",
      stringToSign: { $text: "${body}${timestamp}" },
      timestamp: "ms",
      apply: [
        { in: "header", name: "sign" },
        { in: "header", name: "timestamp", value: { $cel: "timestamp" } },
      ],
    },
  });
  const { signIn, seen, call, clock } = await open(scheme, {
    credential: { clientId: "app", signingSecret: "key-of-the-signature" },
  });
  await signIn();
  clock.nowMs += HOUR_MS;
  await call();
  const times = [NOW_MS, NOW_MS + HOUR_MS];
  expect(seen("/token")).toHaveLength(2);
  for (const [index, { headers, body }] of seen("/token").entries()) {
    const at = String(times[index]);
    const expected = createHmac("sha256", "key-of-the-signature").update(`${body.toString()}${at}`).digest("hex");
    expect(headers).toMatchObject({ timestamp: at, sign: expected });
  }
});
