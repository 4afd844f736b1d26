// Pins: a builder that loses a key on the way into the contract, or that makes a scheme which the meta-schema refuses.
import { describe, expect, it } from "vitest";
import {
  appInstall,
  awsSigV4,
  custom,
  defineConnector,
  digest,
  get,
  jwt,
  mtls,
  oauth1,
  oauth2,
  operation,
  signature,
  t,
} from "../src/index.ts";

const whoami = operation(
  {
    title: "Who am I",
    effect: "read",
    idempotency: "natural",
    scopes: [],
    input: t.Object({}),
    output: t.Object({ id: t.String() }),
    identity: ["/id"],
    examples: [{ input: {}, output: { id: "u1" } }],
  },
  get("https://api.acme.example/me"),
);

const keyFields = t.Object({ appId: t.String(), privateKey: t.String({ "x-secret": true }) });
const label = { $text: "$" + "{output.id}" };
const common = { test: "whoami", label, revoke: { none: "Keys are taken back on a page of the vendor." } };
const assertion = { alg: "RS256", claims: { iss: { $cel: "credential.appId" } }, lifetime: "9m" } as const;

const SCHEMES = {
  digest: digest({ ...common, title: "Digest" }),
  oauth1: oauth1({
    ...common,
    signature: "HMAC-SHA1",
    requestTokenUrl: "https://acme.example/request",
    authorizeUrl: "https://acme.example/authorize",
    accessTokenUrl: "https://acme.example/access",
  }),
  aws: awsSigV4({ ...common, service: "s3", region: "eu-west-1", assumeRole: { lifetime: "1h" } }),
  mtls: mtls({ ...common, also: [{ in: "header", name: "X-Tenant", value: "t1" }] }),
  jwt: jwt({ ...common, fields: keyFields, assertion }),
  signature: signature({
    ...common,
    fields: keyFields,
    algorithm: "hmac-sha256",
    key: "privateKey",
    stringToSign: { $text: "$" + "{method}" },
    apply: [{ in: "header", name: "X-Signature" }],
  }),
  app: appInstall({
    ...common,
    fields: keyFields,
    assertion,
    exchange: {
      name: "token",
      method: "POST",
      url: "https://api.acme.example/tokens",
      keep: { token: { body: "/token" } },
    },
  }),
  custom: custom({ ...common, fields: keyFields, code: "function sign() { return {}; }" }),
  oauth: oauth2({
    ...common,
    grant: "authorization_code",
    authorizeUrl: "https://acme.example/authorize",
    tokenUrl: "https://acme.example/token",
    postConnect: [{ operation: "whoami" }],
    preDelete: [{ operation: "whoami" }],
  }),
};

const { contract } = defineConnector({
  name: "acme",
  version: "1.0.0",
  title: "Acme",
  publisher: "acme",
  hosts: ["api.acme.example", "acme.example"],
  auth: SCHEMES,
  operations: { whoami },
});

describe("the builders of auth schemes", () => {
  it.each(Object.entries(SCHEMES))("%s says what it was given and nothing else", (id, scheme) => {
    const built = contract.auth[id];
    expect(built).toEqual(scheme);
    expect(built).toMatchObject({ test: { operation: "whoami" }, label, revoke: common.revoke });
  });

  it("keeps keys of its own beside those that all schemes have", () => {
    expect(contract.auth.aws).toMatchObject({ kind: "awsSigV4", service: "s3", assumeRole: { lifetime: "1h" } });
    expect(contract.auth.mtls).toMatchObject({ also: [{ name: "X-Tenant" }] });
    expect(contract.auth.oauth).toMatchObject({ postConnect: [{ operation: "whoami" }], preDelete: [{ operation: "whoami" }] });
    expect(contract.auth.jwt).toMatchObject({ assertion, fields: { required: ["appId", "privateKey"] } });
  });
});
