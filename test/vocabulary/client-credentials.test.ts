// Pins: a client that cannot get a token from a real authorization server, asks for one too often, or shows one.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";
import { expect, onTestFinished, test } from "vitest";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

/** A certified OpenID provider on loopback that gives tokens to clients. */
async function openProvider(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(origin, {
    clients: [
      {
        client_id: "app",
        client_secret: "secret-of-the-app",
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
        scope: "api:read",
      },
    ],
    scopes: ["api:read"],
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
  });
  server.on("request", provider.callback());
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return origin;
}

test("a client gets a token from a real provider, once for many calls, and the token is masked", async () => {
  const issuer = await openProvider();
  const vendor = await openVendor(({ headers }) => ({ body: { saw: headers.authorization ?? "" } }));
  onTestFinished(vendor.close);
  const contract = contractOf(
    { whoAmI: { request: { method: "GET", url: at("/me") } } },
    {
      settings: { properties: { issuer: { type: "string", format: "uri" } } },
      auth: {
        app: {
          kind: "oauth2",
          grant: "client_credentials",
          tokenUrl: "{settings.issuer}/token",
          requiredScopes: ["api:read"],
          test: { operation: "whoAmI" },
        },
      },
    },
  );
  const { runtime, connection } = connect(contract, vendor, {
    connection: { settings: { issuer }, credential: { clientId: "app", clientSecret: "secret-of-the-app" } },
    egress: { allow: [vendor.origin, issuer] },
  });
  onTestFinished(() => runtime.close());
  const results = await Promise.all([1, 2, 3].map(() => runtime.call("vendor/whoAmI", { connection, input: {} })));
  const sent = new Set(vendor.seen.map(({ headers }) => headers.authorization));
  expect(sent.size).toBe(1);
  expect([...sent][0]).toMatch(/^Bearer [\w.-]{20,}$/);
  for (const result of results) expect(result).toMatchObject({ outcome: "success", output: { saw: "Bearer [redacted]" } });

  const wrong = { ...connection, credential: { clientId: "app", clientSecret: "not-the-secret" } };
  const refused = await runtime.call("vendor/whoAmI", { connection: wrong, input: {} });
  expect(refused).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED", nativeCode: "invalid_client" } });
  expect(vendor.seen).toHaveLength(3);
});

test("a token endpoint that the deployment does not allow gets no secret", async () => {
  const elsewhere = await openVendor(() => ({ body: { access_token: "t" } }));
  onTestFinished(elsewhere.close);
  const vendor = await openVendor(() => ({ body: {} }));
  onTestFinished(vendor.close);
  const contract = contractOf(
    { whoAmI: { request: { method: "GET", url: at("/me") } } },
    {
      auth: {
        app: {
          kind: "oauth2",
          grant: "client_credentials",
          tokenUrl: `${elsewhere.origin}/token`,
          test: { operation: "whoAmI" },
        },
      },
    },
  );
  const { runtime, connection } = connect(contract, vendor, {
    connection: { credential: { clientId: "app", clientSecret: "secret-of-the-app" } },
  });
  onTestFinished(() => runtime.close());
  const result = await runtime.call("vendor/whoAmI", { connection, input: {} });
  expect(result).toMatchObject({ outcome: "fault", error: { code: "EGRESS_DENIED" } });
  expect([elsewhere.seen, vendor.seen]).toEqual([[], []]);
});
