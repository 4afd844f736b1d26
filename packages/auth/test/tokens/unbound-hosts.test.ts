// Pins: a client's secret that goes wherever whoever makes a connection says, and an app that is refused although the contract decides.
import type { Contract, JsonSchema, OAuth2Scheme } from "@mortise/contract";
import { expect, it } from "vitest";
import { unboundHosts } from "../../src/tokens/unbound-hosts.ts";

const contract = (setting: JsonSchema): Contract => ({
  format: "mortise.contract/1",
  name: "acme",
  version: "1.0.0",
  title: "Acme",
  publisher: "acme",
  settings: { type: "object", properties: { place: setting } },
  hosts: ["api.acme.example"],
  auth: {},
  budgets: {},
  operations: {},
});
const scheme = (parts: Partial<OAuth2Scheme>): OAuth2Scheme => ({ kind: "oauth2", grant: "client_credentials", ...parts });
const text: JsonSchema = { type: "string" };

it.each<Partial<OAuth2Scheme>>([
  { tokenUrl: "{settings.place}/token" },
  { tokenUrl: "https://{settings.place}/token" },
  { tokenUrl: "https://{settings.place}" },
  { tokenUrl: "https://id.{settings.place}/token" },
  { tokenUrl: "https://{settings.place}.example/token" },
  { tokenUrl: "https://{settings.place}:8443/token" },
  { issuer: "{settings.place}" },
  { tokenUrl: "https://acme.example/token", revokeUrl: "https://{settings.place}/revoke" },
  { tokenUrl: "https://acme.example/token", refreshUrl: "{settings.place}/refresh" },
  {
    tokenUrl: "https://acme.example/token",
    steps: [{ name: "one", method: "POST", url: "{settings.place}/a", keep: { a: { body: "/a" } } }],
  },
])("a setting that names the host decides: %j", (parts) => {
  expect(unboundHosts(contract(text), scheme(parts))).toEqual(["place"]);
  for (const pattern of [".*", "^https?://", "^[a-z.:/]+$", "("])
    expect(unboundHosts(contract({ ...text, pattern }), scheme(parts)), pattern).toEqual(["place"]);
  expect(unboundHosts(contract({ ...text, enum: ["https://a.example"] }), scheme(parts))).toEqual([]);
  expect(unboundHosts(contract({ ...text, pattern: "^https://[a-z]+\\.acme\\.example$" }), scheme(parts))).toEqual([]);
});

it.each([
  "https://{settings.place}.acme.example/token",
  "https://eu-{settings.place}.acme.example:8443/token",
  "https://acme.example/{settings.place}/token",
  "https://acme.example/token?of={settings.place}",
])("a setting inside of an address of the contract decides nothing: %s", (tokenUrl) => {
  expect(unboundHosts(contract(text), scheme({ tokenUrl }))).toEqual([]);
});
