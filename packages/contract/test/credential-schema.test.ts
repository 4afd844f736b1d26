// Pins: a form that asks for another field than the one that calls need.
import { expect, it } from "vitest";
import { type AuthScheme, credentialSchema } from "../src/index.ts";

const fieldsOf = (scheme: AuthScheme) => {
  const { properties = {}, required = [] } = credentialSchema(scheme);
  return Object.keys(properties).map((name) => (required.includes(name) ? name : `${name}?`));
};

it("asks for the fields of each scheme, and for those of every part of several at once", () => {
  expect(fieldsOf({ kind: "none" })).toEqual([]);
  expect(fieldsOf({ kind: "apiKey", in: "body", name: "key", field: "siteKey" })).toEqual(["siteKey"]);
  expect(fieldsOf({ kind: "bearer" })).toEqual(["token"]);
  expect(fieldsOf({ kind: "basic" })).toEqual(["username", "password"]);
  expect(fieldsOf({ kind: "all", of: [{ kind: "bearer" }, { kind: "basic" }] })).toEqual(["token", "username", "password"]);
});

it("asks for a client, and for a person's secrets only where the grant uses them", () => {
  expect(fieldsOf({ kind: "oauth2", grant: "client_credentials" })).toEqual(["clientId", "clientSecret"]);
  expect(fieldsOf({ kind: "oauth2", grant: "client_credentials", clientAuth: "none" })).toEqual(["clientId"]);
  expect(fieldsOf({ kind: "oauth2", grant: "password" })).toEqual(["clientId", "clientSecret", "username", "password"]);
  expect(fieldsOf({ kind: "oauth2", grant: "authorization_code" })).toEqual([
    "clientId",
    "clientSecret",
    "accessToken?",
    "refreshToken?",
    "expiresAt?",
    "refreshExpiresAt?",
    "scope?",
    "subject?",
  ]);
});
