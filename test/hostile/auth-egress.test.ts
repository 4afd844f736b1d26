// Pins: a secret or a token that leaves for a place which the deployment does not allow, or for another one than it is for: by what an issuer says
// of itself, by a redirect, by a name that changes its address, by an address in a scheme.
import type { AuthCommon, OAuth2Scheme, SingleAuthScheme } from "@mortise/contract";
import { createRuntime, type Runtime, type RuntimeOptions } from "@mortise/runtime";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Answer, contractOf, openVendor, type Seen, type Vendor } from "../vocabulary/vendor.ts";

const APP = { clientId: "app", clientSecret: "secret-of-the-app-3f7a" };
const REDIRECT_URI = "https://mortise.example/back";
/** Runs on this machine, and nobody allowed it. */
let victim: Vendor;
/** Allowed, but of somebody else. */
let other: Vendor;
let vendor: Vendor;
let answer: (seen: Seen) => Answer;
const runtimes: Runtime[] = [];

beforeEach(async () => {
  answer = () => ({ status: 404, body: {} });
  [victim, other, vendor] = await Promise.all([
    openVendor(() => ({ body: { access_token: "of-the-victim" } })),
    openVendor(() => ({ body: { access_token: "of-the-other", token_type: "Bearer" } })),
    openVendor((seen) => answer(seen)),
  ]);
});
afterEach(async () => {
  await Promise.all(runtimes.splice(0).map((runtime) => runtime.close()));
  await Promise.all([victim, other, vendor].map((each) => each.close()));
});

function open(scheme: SingleAuthScheme, options: Partial<RuntimeOptions> = {}) {
  const contract = contractOf(
    { whoAmI: { request: { method: "GET", url: { $text: "${settings.baseUrl}/me" } } } },
    { auth: { login: scheme } },
  );
  const runtime = createRuntime({
    connectors: [{ contract, natives: {} }],
    egress: { allow: [vendor.origin, other.origin] },
    ...options,
  });
  runtimes.push(runtime);
  const settings = { baseUrl: vendor.origin };
  return {
    runtime,
    connection: { name: "main", connector: contract.name, settings, credential: { ...APP, refreshToken: "r-token" } },
  };
}
const oauth2 = (parts: Partial<OAuth2Scheme & AuthCommon>): OAuth2Scheme & SingleAuthScheme => ({
  kind: "oauth2",
  grant: "client_credentials",
  requires: ["baseUrl"],
  test: { operation: "whoAmI" },
  ...parts,
});
/** Metadata of an issuer that is the vendor, with other endpoints in it. */
const metadata = (endpoints: object) => ({
  issuer: vendor.origin,
  authorization_endpoint: `${vendor.origin}/authorize`,
  token_endpoint: `${vendor.origin}/token`,
  jwks_uri: `${vendor.origin}/jwks`,
  response_types_supported: ["code"],
  ...endpoints,
});
const sent = ({ seen }: Vendor) =>
  seen.map(({ target, headers, body }) => `${target} ${JSON.stringify(headers)} ${body}`).join("\n");

test.each([
  ["this machine", () => `${victim.origin}/token`],
  ["this machine by its name", () => victim.origin.replace("127.0.0.1", "localhost")],
  ["this machine in other figures", () => victim.origin.replace("127.0.0.1", "2130706433")],
  ["this machine as IPv6", () => victim.origin.replace("127.0.0.1", "[::ffff:127.0.0.1]")],
  ["what a cloud tells of a machine", () => "http://169.254.169.254/latest/meta-data/"],
  ["a network of one's own", () => "https://10.0.0.1/token"],
  ["another kind of address", () => "file:///etc/passwd"],
  ["a user in front of the host", () => `http://app:x@${new URL(vendor.origin).host}/token`],
])("an issuer that says its tokens come from %s gets no secret there", async (_, endpoint) => {
  for (const name of ["token_endpoint", "revocation_endpoint", "introspection_endpoint", "registration_endpoint"]) {
    answer = ({ path }) =>
      path.startsWith("/.well-known/") ? { body: metadata({ [name]: endpoint() }) } : { status: 404, body: {} };
    const { runtime, connection } = open(oauth2({ issuer: vendor.origin, expiry: { from: "introspect" } }));
    const result = await runtime.call("vendor/whoAmI", { connection, input: {} });
    expect(result.outcome, name).not.toBe("success");
    await runtime.disconnect(connection);
  }
  expect(victim.seen).toEqual([]);
});

test.each([301, 302, 303, 307, 308])("a token endpoint that answers %i is not followed to another place", async (status) => {
  answer = () => ({ status, headers: { location: `${other.origin}/token` }, body: {} });
  for (const parts of [
    { tokenUrl: `${vendor.origin}/token` },
    { tokenUrl: `${vendor.origin}/token`, clientAuth: "body" },
    { issuer: vendor.origin },
  ] as const) {
    const { runtime, connection } = open(oauth2(parts));
    expect((await runtime.call("vendor/whoAmI", { connection, input: {} })).outcome).not.toBe("success");
  }
  expect(other.seen).toEqual([]);
  expect(victim.seen).toEqual([]);
});

test("a redirect of a call takes neither token, key, cookie, certificate nor signature along to another origin", async () => {
  const secrets = ["secret-of-the-app-3f7a", "a-key-of-the-connection-11", "a-password-of-ada-22"];
  const schemes: readonly (readonly [SingleAuthScheme, Record<string, string>])[] = [
    [
      oauth2({
        tokenUrl: `${vendor.origin}/token`,
        also: [{ in: "header", name: "X-App", value: { $cel: "credential.clientSecret" } }],
      }),
      APP,
    ],
    [oauth2({ tokenUrl: `${vendor.origin}/token`, dpop: true }), APP],
    [{ kind: "apiKey", in: "header", name: "X-Own", requires: ["baseUrl"] }, { apiKey: "a-key-of-the-connection-11" }],
    [{ kind: "apiKey", in: "cookie", name: "own", requires: ["baseUrl"] }, { apiKey: "a-key-of-the-connection-11" }],
    [
      { kind: "basic", requires: ["baseUrl"] },
      { username: "ada", password: "a-password-of-ada-22" },
    ],
    [
      { kind: "awsSigV4", service: "s3", region: "eu-central-1", requires: ["baseUrl"] },
      { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "a-key-of-the-connection-11", sessionToken: "a-session-of-the-connection" },
    ],
    [
      { kind: "oauth1", signature: "HMAC-SHA1", in: "header", requires: ["baseUrl"] },
      {
        consumerKey: "consumer-1",
        consumerSecret: "a-key-of-the-connection-11",
        token: "a-token-of-ada",
        tokenSecret: "s-token",
      },
    ],
    [
      { kind: "digest", requires: ["baseUrl"] },
      { username: "ada", password: "a-password-of-ada-22" },
    ],
  ];
  for (const status of [302, 307]) {
    for (const [scheme, credential] of schemes) {
      let challenged = false;
      answer = ({ path }): Answer => {
        if (path === "/token")
          return {
            body: {
              access_token: "a-token-of-the-vendor",
              token_type: scheme.kind === "oauth2" && scheme.dpop ? "DPoP" : "Bearer",
            },
          };
        if (scheme.kind === "digest" && !challenged) {
          challenged = true;
          return { status: 401, headers: { "www-authenticate": 'Digest realm="r", nonce="n", qop="auth"' }, body: {} };
        }
        return { status, headers: { location: `${other.origin}/elsewhere` }, body: {} };
      };
      other.seen.length = 0;
      const { runtime, connection } = open(scheme);
      const hosts = { ...connection, credential };
      await runtime.call("vendor/whoAmI", { connection: hosts, input: {} });
      expect(other.seen, `${scheme.kind} was redirected`).toHaveLength(1);
      const names = other.seen.flatMap(({ headers }) => Object.keys(headers));
      expect(names, scheme.kind).not.toEqual(expect.arrayContaining(["authorization"]));
      for (const name of ["cookie", "dpop", "x-own", "x-app", "x-amz-security-token", "proxy-authorization"])
        expect(names, `${scheme.kind} ${name}`).not.toContain(name);
      for (const secret of [...secrets, "a-token-of-the-vendor", "a-session-of-the-connection", "a-token-of-ada"])
        expect(sent(other), scheme.kind).not.toContain(secret);
    }
  }
});

test("a name whose address changes between two looks leads no token's request to this machine", async () => {
  const { port } = new URL(victim.origin);
  let looks = 0;
  const resolver: RuntimeOptions["resolver"] = async () => [
    { address: looks++ === 0 ? "93.184.216.34" : "127.0.0.1", family: 4 },
  ];
  for (const parts of [{ issuer: "https://rebound.example" }, { tokenUrl: "https://rebound.example/token" }]) {
    const { runtime, connection } = open(oauth2(parts), { resolver: async () => [{ address: "127.0.0.1", family: 4 }] });
    expect(await runtime.call("vendor/whoAmI", { connection, input: {} })).toMatchObject({ error: { code: "EGRESS_DENIED" } });
  }
  const { runtime, connection } = open(oauth2({ tokenUrl: `http://rebound.example:${port}/token` }), { resolver });
  expect(await runtime.call("vendor/whoAmI", { connection, input: {} })).toMatchObject({ error: { code: "EGRESS_DENIED" } });
  expect(victim.seen).toEqual([]);
});

test("every address that a scheme can name passes the same guard", async () => {
  const at = (path: string) => `${victim.origin}${path}`;
  const step = { name: "one", method: "POST" as const, url: at("/step"), keep: { a: { body: "/a" } } };
  const schemes: readonly SingleAuthScheme[] = [
    oauth2({ tokenUrl: at("/token") }),
    oauth2({ tokenUrl: `${vendor.origin}/token`, steps: [step] }),
    oauth2({ tokenUrl: `${vendor.origin}/token`, afterToken: [step] }),
    oauth2({ grant: "authorization_code", tokenUrl: `${vendor.origin}/token`, refreshUrl: at("/refresh") }),
    {
      kind: "session",
      fields: { type: "object", properties: {} },
      login: { method: "POST", url: at("/login"), body: { secret: { $cel: "credential.clientSecret" } } },
      token: { body: "/token" },
      apply: { in: "header", name: "X-Session" },
    },
    { kind: "awsSigV4", service: "s3", region: "eu-central-1", assumeRole: { url: at("/sts") } },
  ];
  answer = () => ({ body: { access_token: "a", token_type: "Bearer" } });
  for (const scheme of schemes) {
    const { runtime, connection } = open(scheme);
    const credential = {
      ...APP,
      refreshToken: "r-token",
      accessKeyId: "A",
      secretAccessKey: "S-key-of-aws",
      roleArn: "arn:aws:iam::1:role/r",
    };
    const result = await runtime.call("vendor/whoAmI", { connection: { ...connection, credential }, input: {} });
    expect(result).toMatchObject({ error: { code: "EGRESS_DENIED" } });
  }
  const device = open(oauth2({ grant: "device_code", deviceUrl: at("/device"), tokenUrl: `${vendor.origin}/token` }));
  await expect(device.runtime.startDeviceAuthorization({ connection: device.connection })).rejects.toMatchObject({
    code: "EGRESS_DENIED",
  });
  const registering = open(
    oauth2({
      grant: "authorization_code",
      authorizeUrl: `${vendor.origin}/a`,
      tokenUrl: `${vendor.origin}/token`,
      registration: "dynamic",
      registrationUrl: at("/register"),
    }),
  );
  const bare = { ...registering.connection, credential: {} };
  await expect(registering.runtime.startAuthorization({ connection: bare, redirectUri: REDIRECT_URI })).rejects.toMatchObject({
    code: "EGRESS_DENIED",
  });
  expect(victim.seen).toEqual([]);
});

test("proxies of the environment and of the machine see no token", async () => {
  const before = { ...process.env };
  Object.assign(process.env, {
    HTTP_PROXY: victim.origin,
    HTTPS_PROXY: victim.origin,
    ALL_PROXY: victim.origin,
    NODE_USE_ENV_PROXY: "1",
  });
  try {
    answer = ({ path }): Answer =>
      path === "/token" ? { body: { access_token: "a", token_type: "Bearer" } } : { body: { id: "7" } };
    const { runtime, connection } = open(oauth2({ tokenUrl: `${vendor.origin}/token` }));
    expect(await runtime.call("vendor/whoAmI", { connection, input: {} })).toMatchObject({ outcome: "success" });
  } finally {
    for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NODE_USE_ENV_PROXY"]) delete process.env[name];
    Object.assign(process.env, before);
  }
  expect(victim.seen).toEqual([]);
});
