// Pins: an operation that accepts a credential which its document does not allow, or refuses one that it does.
import { describe, expect, test } from "vitest";
import { importPaths, importSwagger, OK } from "./import-paths.ts";

type Requirement = readonly { readonly [name: string]: readonly string[] }[];

function secured(securitySchemes: object, security: Requirement | undefined, ofDocument?: Requirement) {
  const { contract, operation, report } = importPaths(
    { "/a": { get: { operationId: "a", responses: OK, ...(security ? { security } : {}) } } },
    { components: { securitySchemes }, ...(ofDocument ? { security: ofDocument } : {}) },
  );
  return { auth: contract.auth, operation: operation("a"), report };
}

const KEY = { type: "apiKey", in: "header", name: "X-Key" };
const SECRET = { type: "apiKey", in: "query", name: "secret" };
const BASIC = { type: "http", scheme: "basic" };

describe("schemes", () => {
  test("become the kinds of the contract", () => {
    const flows = {
      authorizationCode: {
        authorizationUrl: "https://a.test/authorize",
        tokenUrl: "https://a.test/token",
        refreshUrl: "https://a.test/refresh",
        scopes: { read: "Read." },
      },
      clientCredentials: { tokenUrl: "https://a.test/token", scopes: {} },
    };
    const { auth } = secured(
      {
        key: { ...KEY, description: "Ask for it." },
        cookie: { type: "apiKey", in: "cookie", name: "sid" },
        basic: BASIC,
        bearer: { type: "http", scheme: "Bearer" },
        custom: { type: "http", scheme: "Token" },
        o_auth: { type: "oauth2", flows },
        oidc: { type: "openIdConnect", openIdConnectUrl: "https://a.test/.well-known/openid-configuration" },
        elsewhere: { type: "openIdConnect", openIdConnectUrl: "http://a.test/metadata" },
        digest: { type: "http", scheme: "Digest" },
        certificate: { type: "mutualTLS" },
        old: { type: "http", scheme: "OAuth" },
      },
      undefined,
    );
    expect(auth).toMatchObject({
      key: { kind: "apiKey", in: "header", name: "X-Key", help: "Ask for it." },
      cookie: { kind: "apiKey", in: "cookie", name: "sid" },
      basic: { kind: "basic" },
      bearer: { kind: "bearer" },
      custom: { kind: "apiKey", in: "header", name: "Authorization", prefix: "Token " },
      "o-auth-authorization-code": {
        kind: "oauth2",
        grant: "authorization_code",
        authorizeUrl: "https://a.test/authorize",
        tokenUrl: "https://a.test/token",
        refreshUrl: "https://a.test/refresh",
        scopes: { read: "Read." },
      },
      "o-auth-client-credentials": { kind: "oauth2", grant: "client_credentials" },
      oidc: { kind: "oauth2", grant: "authorization_code", issuer: "https://a.test" },
      elsewhere: { kind: "bearer" },
      digest: { kind: "digest" },
      certificate: { kind: "mtls" },
      old: { kind: "oauth1", signature: "HMAC-SHA1" },
    });
  });

  test("of 2.0 too", () => {
    const { contract } = importSwagger(
      { "/a": { get: { operationId: "a", responses: OK } } },
      {
        securityDefinitions: {
          basic: { type: "basic" },
          oauth: {
            type: "oauth2",
            flow: "accessCode",
            authorizationUrl: "https://a.test/a",
            tokenUrl: "https://a.test/t",
            scopes: { w: "" },
          },
        },
      },
    );
    expect(contract.auth).toMatchObject({
      basic: { kind: "basic" },
      oauth: { kind: "oauth2", grant: "authorization_code", tokenUrl: "https://a.test/t" },
    });
  });

  test("the word before a key in Authorization is taken from the document", () => {
    const { auth } = secured(
      {
        key: {
          type: "apiKey",
          in: "header",
          name: "Authorization",
          description: "Set the `Authorization` header to `Acme-Key your-private-key`.",
        },
      },
      [{ key: [] }],
    );
    expect(auth).toMatchObject({ key: { prefix: "Acme-Key " } });
  });

  test("a handshake of several requests needs code, and the report says so", () => {
    const { report } = secured({ scheme: { type: "http", scheme: "negotiate" } }, [{ scheme: [] }]);
    expect(report).toMatchObject({ declarative: 0, needsCode: [{ id: "a" }] });
  });
});

describe("requirements", () => {
  test("any of several is a choice", () => {
    expect(secured({ key: KEY, basic: BASIC }, [{ key: [] }, { basic: [] }]).operation.auth).toEqual(["key", "basic"]);
  });

  test("several at once are one scheme of all, with fields that differ", () => {
    const { auth, operation } = secured({ key: KEY, secret: SECRET }, [{ key: [], secret: [] }]);
    expect(operation.auth).toEqual(["key-and-secret"]);
    expect(auth["key-and-secret"]).toMatchObject({
      kind: "all",
      of: [
        { name: "X-Key", field: "key" },
        { name: "secret", field: "secret" },
      ],
    });
  });

  test("none at the operation is none, whatever the document says", () => {
    expect(secured({ key: KEY }, [], [{ key: [] }]).operation.auth).toEqual([]);
    expect(secured({ key: KEY }, [{}], [{ key: [] }]).operation.auth).toEqual([]);
    expect(secured({ key: KEY }, undefined, [{ key: [] }]).operation.auth).toEqual(["key"]);
  });

  test("optional is a choice with none", () => {
    const { auth, operation } = secured({ key: KEY }, [{}, { key: [] }]);
    expect(operation.auth).toEqual(["none", "key"]);
    expect(auth.none).toMatchObject({ kind: "none" });
  });

  test("scopes are those of the operation; of several sets the first, the others to review", () => {
    const oauth = { type: "oauth2", flows: { implicit: { authorizationUrl: "https://a.test/a", scopes: { r: "", w: "" } } } };
    expect(secured({ oauth }, [{ oauth: ["r", "w"] }]).operation.scopes).toEqual(["r", "w"]);
    const { operation } = secured({ oauth }, [{ oauth: ["r"] }, { oauth: ["w"] }]);
    expect(operation.scopes).toEqual(["r"]);
    expect(operation.review).toEqual([{ about: "scopes", message: "Also enough: w." }]);
  });

  test("a scheme that does not exist is a finding, the other ways in stay", () => {
    const { operation } = secured({ key: KEY }, [{ nowhere: [] }, { key: [] }]);
    expect(operation.auth).toEqual(["key"]);
  });
});

test("a document that declares no scheme takes the one that is given", () => {
  const paths = { "/a": { get: { operationId: "listA", responses: OK } } };
  const { contract, diagnostics } = importPaths(paths);
  expect(contract.auth).toEqual({});
  expect(diagnostics).toMatchObject([{ severity: "info", code: "MISSING_KEY" }]);
  expect(importPaths(paths, {}, { auth: { token: { kind: "bearer" } } }).contract.auth).toEqual({
    token: { kind: "bearer", test: { operation: "listA" } },
  });
});

test("a required field with a default does not keep an operation from being the test", () => {
  const revision = { name: "revision", in: "header", required: true, schema: { type: "string", default: "2026-01-31" } };
  const { contract } = importPaths(
    { "/a": { get: { operationId: "listA", parameters: [revision], responses: OK } } },
    { components: { securitySchemes: { key: KEY } } },
  );
  expect(contract.auth.key?.test).toEqual({ operation: "listA" });
});

test("a connection is tested by what tells who is calling", () => {
  const { contract } = importPaths(
    {
      "/pets": { get: { operationId: "listPets", responses: OK } },
      "/me": { get: { operationId: "getMe", responses: OK } },
      "/logout": { get: { operationId: "logoutUser", responses: OK } },
    },
    { components: { securitySchemes: { key: KEY } } },
  );
  expect(contract.auth.key?.test).toEqual({ operation: "getMe" });
});
