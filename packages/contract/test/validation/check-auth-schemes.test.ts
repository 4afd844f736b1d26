// Pins: a scheme that can never sign in and is only found out by whoever connects, and a redirect that decides where a token is sent.
import { expect, it } from "vitest";
import { checkContract } from "../../src/validation/index.ts";
import { narrowsHost } from "../../src/validation/narrows-host.ts";
import { soundContract } from "../sound-contract.ts";

const FIELDS = {
  type: "object",
  required: ["appId", "privateKey"],
  properties: {
    appId: { type: "string", title: "App", minLength: 1 },
    privateKey: { type: "string", title: "Key", minLength: 1, "x-secret": true },
  },
};
const ASSERTION = { alg: "RS256", claims: { iss: { $cel: "credential.appId" } } };
const TEST = { operation: "whoami" };
const TOKEN = "https://eu.acme.example/token";
const STEP = { name: "one", method: "POST", url: TOKEN, keep: { a: { body: "/a" } } };
const SIGNATURE = {
  kind: "signature",
  fields: FIELDS,
  algorithm: "hmac-sha256",
  key: "privateKey",
  stringToSign: { $text: "$" + "{method}" },
  apply: [{ in: "header", name: "X-Signature" }],
};
const CODE = { kind: "oauth2", grant: "authorization_code", authorizeUrl: "https://eu.acme.example/go", tokenUrl: TOKEN };

const found = (scheme: object, hosts?: readonly string[]) => {
  const contract = soundContract();
  const settings = {
    ...contract.settings,
    properties: {
      ...contract.settings.properties,
      site: { type: "string", title: "Site", format: "hostname" },
      shop: { type: "string", title: "Shop", pattern: "^[a-z]+\\.acme\\.example$" },
    },
  };
  const whole = { ...contract, settings, hosts: hosts ?? contract.hosts, auth: { one: { test: TEST, ...scheme } } };
  return checkContract(JSON.parse(JSON.stringify(whole)));
};
const errors = (scheme: object, hosts?: readonly string[]) =>
  found(scheme, hosts)
    .filter(({ severity }) => severity === "error")
    .map(({ code, path }) => `${code} ${path}`);

it.each<[string, object]>([
  ["digest", { kind: "digest" }],
  ["a client certificate", { kind: "mtls" }],
  ["OAuth 1.0a", { kind: "oauth1", signature: "HMAC-SHA1", requestTokenUrl: TOKEN, accessTokenUrl: TOKEN }],
  ["AWS", { kind: "awsSigV4", service: "s3", region: "{settings.region}", assumeRole: { lifetime: "1h" } }],
  ["a JWT", { kind: "jwt", fields: FIELDS, assertion: ASSERTION }],
  ["a signature", SIGNATURE],
  ["an app", { kind: "appInstall", fields: FIELDS, assertion: ASSERTION, exchange: STEP }],
  ["code", { kind: "custom", fields: FIELDS, code: "function sign() { return {}; }" }],
  ["discovery", { kind: "oauth2", grant: "authorization_code", issuer: "https://eu.acme.example" }],
  ["a device", { kind: "oauth2", grant: "device_code", tokenUrl: TOKEN, deviceUrl: TOKEN }],
  ["a JWT for a token", { kind: "oauth2", grant: "jwt_bearer", tokenUrl: TOKEN, assertion: ASSERTION }],
  ["steps", { ...CODE, steps: [STEP], afterToken: [{ ...STEP, name: "two" }] }],
])("accepts %s", (_, scheme) => {
  expect(errors(scheme)).toEqual([]);
});

it.each<[string, object, string]>([
  ["a JWT grant without the JWT", { kind: "oauth2", grant: "jwt_bearer", tokenUrl: TOKEN }, "MISSING_KEY /auth/one/assertion"],
  [
    "a SAML grant without the assertion",
    { kind: "oauth2", grant: "saml2_bearer", tokenUrl: TOKEN },
    "MISSING_KEY /auth/one/samlAssertion",
  ],
  ["an exchange of nothing", { kind: "oauth2", grant: "token_exchange", tokenUrl: TOKEN }, "MISSING_KEY /auth/one/exchange"],
  ["a grant without a word", { kind: "oauth2", grant: "vendor", tokenUrl: TOKEN }, "MISSING_KEY /auth/one/grantType"],
  ["a grant without an endpoint", { kind: "oauth2", grant: "client_credentials" }, "MISSING_KEY /auth/one/tokenUrl"],
  ["introspection nowhere", { ...CODE, expiry: { from: "introspect" } }, "MISSING_KEY /auth/one/introspectUrl"],
  ["registration nowhere", { ...CODE, registration: "dynamic" }, "MISSING_KEY /auth/one/registrationUrl"],
  [
    "OAuth 1.0a that starts and does not end",
    { kind: "oauth1", signature: "PLAINTEXT", requestTokenUrl: TOKEN },
    "MISSING_KEY /auth/one/accessTokenUrl",
  ],
  [
    "a key that nobody enters",
    { kind: "jwt", fields: FIELDS, assertion: { ...ASSERTION, key: "pem" } },
    "UNKNOWN_REFERENCE /auth/one/assertion/key",
  ],
  [
    "a usual key that nobody enters",
    { kind: "jwt", fields: FIELDS, assertion: { ...ASSERTION, alg: "HS256" } },
    "UNKNOWN_REFERENCE /auth/one/assertion/key",
  ],
  ["a signature without a key", { ...SIGNATURE, key: undefined }, "MISSING_KEY /auth/one/key"],
  ["a digest with a key", { ...SIGNATURE, algorithm: "sha256" }, "INVALID_VALUE /auth/one/key"],
  ["a signature with somebody's key", { ...SIGNATURE, key: "secret" }, "UNKNOWN_REFERENCE /auth/one/key"],
  ["two steps of one name", { ...CODE, steps: [STEP, STEP] }, "DUPLICATE_NAME /auth/one/steps/1/name"],
  [
    "a kept value without a setting",
    { ...CODE, keep: [{ setting: "realm", from: { redirect: "realmId" } }] },
    "UNKNOWN_REFERENCE /auth/one/keep/0/setting",
  ],
  [
    "a hole that is no setting",
    { ...CODE, revokeUrl: "https://{settings.nowhere}/revoke" },
    "UNKNOWN_REFERENCE /auth/one/revokeUrl",
  ],
  [
    "a hole in a step that is no setting",
    { ...CODE, steps: [{ ...STEP, url: "https://{settings.nowhere}/a" }] },
    "UNKNOWN_REFERENCE /auth/one/steps/0/url",
  ],
  ["a time that is none", { ...CODE, grace: "soon" }, "INVALID_VALUE /auth/one/grace"],
  ["a value in a form of its own", { ...SIGNATURE, stringToSign: { $js: "method" } }, "UNKNOWN_KEY /auth/one/stringToSign/$js"],
  [
    "an operation that is not there",
    { ...CODE, preDelete: [{ operation: "uninstall" }] },
    "UNKNOWN_REFERENCE /auth/one/preDelete/0/operation",
  ],
  [
    "a write after connecting",
    { ...CODE, postConnect: [{ operation: "createContact" }] },
    "UNSAFE_CONTRACT /auth/one/postConnect/0/operation",
  ],
])("rejects %s", (_, scheme, expected) => {
  expect(errors(scheme)).toContain(expected);
});

it("rejects a redirect that names the host of calls, unless a pattern narrows it", () => {
  const keeping = (setting: string) => ({ ...CODE, keep: [{ setting, from: { redirect: "shop" } }] });
  expect(errors(keeping("site"), ["{settings.site}"])).toEqual(["UNSAFE_CONTRACT /auth/one/keep/0/setting"]);
  expect(errors(keeping("shop"), ["{settings.shop}"])).toEqual([]);
  expect(errors(keeping("site"), ["eu.acme.example"])).toEqual([]);
});

it("rejects a redirect that names the host of a token's address, also by a pattern that takes any host", () => {
  const keeping = { ...CODE, keep: [{ setting: "site", from: { redirect: "shop" } }] };
  const at = (tokenUrl: string) => errors({ ...keeping, tokenUrl }, ["eu.acme.example"]);
  expect(at("https://{settings.site}/token")).toEqual(["UNSAFE_CONTRACT /auth/one/keep/0/setting"]);
  expect(at("{settings.site}/token")).toEqual(["UNSAFE_CONTRACT /auth/one/keep/0/setting"]);
  expect(at("https://{settings.site}.acme.example/token")).toEqual([]);
  expect([".*", "^https://", "^[a-z.:/]+$"].map((pattern) => narrowsHost({ type: "string", pattern }))).toEqual([
    false,
    false,
    false,
  ]);
  expect(narrowsHost({ type: "string", pattern: "^[a-z]+\\.acme\\.example$" })).toBe(true);
});

it("rejects two schemes that ask for one field, whatever they are", () => {
  const both = (...of: readonly object[]) => ({ kind: "all", of });
  expect(errors(both({ kind: "basic" }, { kind: "digest" }))).toContain("DUPLICATE_NAME /auth/one/of/1");
  const oauth = { ...CODE, clientAuth: "private_key_jwt" };
  expect(errors(both({ kind: "mtls" }, oauth))).toContain("DUPLICATE_NAME /auth/one/of/1");
  expect(errors(both({ kind: "mtls" }, { kind: "bearer" }))).toEqual([]);
});
