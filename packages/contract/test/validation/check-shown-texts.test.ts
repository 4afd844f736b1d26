// Pins: a connector that shows another name, publisher or permission than it has.
import { expect, it } from "vitest";
import { checkContract } from "../../src/validation/index.ts";
import { soundContract } from "../sound-contract.ts";

const LOGIN = {
  kind: "oauth2",
  grant: "authorization_code",
  authorizeUrl: "https://eu.acme.example/a",
  tokenUrl: "https://eu.acme.example/t",
};
const unsafe = (parts: object) =>
  checkContract({ ...soundContract(), ...parts })
    .filter(({ code }) => code === "UNSAFE_CONTRACT")
    .map(({ path }) => path);
const login = (parts: object) => unsafe({ auth: { one: { ...LOGIN, test: { operation: "whoami" }, ...parts } } });

it.each(["\u202e", "\u2066", "\u200f", "\u061c", "\u0000", "\u001b", "\u0085", "\u2028", "\ufeff"])(
  "rejects a text that %j turns, hides or parts",
  (character) => {
    expect(unsafe({ title: `Acme${character}moc.elgoog` })).toEqual(["/title"]);
    expect(unsafe({ publisher: `${character}acme` })).toEqual(["/publisher"]);
    expect(unsafe({ description: `a${character}b` })).toEqual(["/description"]);
    expect(login({ title: `Sign in${character}` })).toEqual(["/auth/one/title"]);
    expect(login({ scopes: { read: `See your name${character}` } })).toEqual(["/auth/one/scopes/read"]);
    const { operations } = soundContract();
    expect(unsafe({ operations: { ...operations, whoami: { ...operations.whoami, title: `Who${character}` } } })).toEqual([
      "/operations/whoami/title",
    ]);
  },
);

it("takes the letters of any language, and descriptions of several lines", () => {
  expect(
    unsafe({
      title:
        "\u0633\u0627\u0645\u0627\u0646\u0647\u200c\u0627\u06cc \u0939\u093f\u0928\u094d\u200d\u0926\u0940 \u4e2d\u6587 \ud83d\udc69\u200d\ud83d\ude80",
    }),
  ).toEqual([]);
  expect(unsafe({ description: "One.\n\n\tTwo." })).toEqual([]);
});

it("rejects permissions that are asked for behind the list of them", () => {
  expect(login({ scopes: { "read write admin": "See your name" } })).toEqual(["/auth/one/scopes/read write admin"]);
  expect(login({ scopes: { "read,admin": "See" }, scopeSeparator: "," })).toEqual(["/auth/one/scopes/read,admin"]);
  expect(login({ scopes: { read: "See", "files.read": "See files" } })).toEqual([]);
  expect(login({ authorizeParams: { scope: "admin" } })).toEqual(["/auth/one/authorizeParams/scope"]);
  expect(login({ authorizeParams: { scope: "{settings.region} admin" } })).toEqual(["/auth/one/authorizeParams/scope"]);
  expect(login({ authorizeParams: { scope: "{settings.region}" } })).toEqual([]);
});
