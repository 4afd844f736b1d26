// Pins: a connection form that lacks a field which calls need, or shows a secret in clear text.
import i18next from "i18next";
import { expect, it } from "vitest";
import { credentialFields } from "../../src/connections/credential-fields.ts";
import { enConnect } from "../../src/text/en-connect.ts";

const { t } = await i18next
  .createInstance()
  .init({ lng: "en", resources: { en: { translation: enConnect } } })
  .then((translate) => ({ t: translate }));

it("asks for a client, hides its secret, and folds away what is kept up to date by itself", () => {
  const fields = credentialFields({ kind: "oauth2", grant: "authorization_code" }, t);
  expect(fields.map(({ key, title, kind, required, advanced }) => [key, title, kind, required, advanced])).toEqual([
    ["clientId", "Client ID", "text", true, false],
    ["clientSecret", "Client secret", "secret", true, false],
    ["accessToken", "Access token", "secret", false, true],
    ["refreshToken", "Refresh token", "secret", false, true],
    ["expiresAt", "End of the access token", "text", false, true],
    ["refreshExpiresAt", "End of the refresh token", "text", false, true],
    ["scope", "Scope", "text", false, true],
    ["subject", "Account, as a digest", "text", false, true],
  ]);
});

it("asks for every field of several schemes, and takes a connector's own words over ours", () => {
  const fields = credentialFields(
    {
      kind: "all",
      of: [
        { kind: "apiKey", in: "header", name: "X-App", field: "appKey" },
        { kind: "fields", fields: { properties: { token: { type: "string", title: "Site token", "x-secret": true } } } },
      ],
    },
    t,
  );
  expect(fields.map(({ key, title, kind }) => [key, title, kind])).toEqual([
    ["appKey", "App key", "secret"],
    ["token", "Site token", "secret"],
  ]);
});
