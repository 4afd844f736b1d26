// Pins: a credential that goes where data says, where a redirect says, or above the path that its connection was given.
import http from "@mortise/connector-http";
import type { JsonObject } from "@mortise/contract";
import { checkContract } from "@mortise/contract/validation";
import { type Connection, createRuntime, type Runtime } from "@mortise/runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { json, type Loopback, loopback } from "../../packages/runtime/test/loopback.ts";

const CANARY = "canary-3f9a7d51c2";
const KINDS = [
  ["apiKey", { apiKey: CANARY }],
  ["basic", { username: "ada", password: CANARY }],
  ["bearer", { token: CANARY }],
] as const;

let vendor: Loopback;
let other: Loopback;
let runtime: Runtime;
beforeEach(async () => {
  other = await loopback((_, response) => json(response, { ok: true }));
  vendor = await loopback((request, response) => {
    const status = /^\/v1\/hop\/(\d+)/.exec(request.url)?.[1];
    if (status !== undefined) json(response, {}, Number(status), { location: `${other.origin}/caught` });
    else if (request.url === "/v1/there-and-back") json(response, {}, 302, { location: `${other.origin}/back` });
    else json(response, { ok: true });
  });
  runtime = createRuntime({ connectors: [http], egress: { allow: [vendor.origin, other.origin] } });
});
afterEach(async () => {
  await runtime.close();
  await vendor.close();
  await other.close();
});

const connection = (auth: string, credential: Connection["credential"], settings: Connection["settings"]): Connection => ({
  name: "vendor",
  connector: "http@1",
  auth,
  ...(credential === undefined ? {} : { credential }),
  ...(settings === undefined ? {} : { settings }),
});
const carriesCanary = ({ seen }: Loopback): boolean => {
  const text = JSON.stringify(seen.map(({ headers, url, body }) => ({ headers, url, body })));
  return text.includes(CANARY) || text.includes(btoa(`ada:${CANARY}`));
};

describe.each(KINDS)("a credential (%s)", (auth, credential) => {
  it("without a base URL is refused before anything is sent, by calls and by the connection's test", async () => {
    const homeless = connection(auth, credential, undefined);
    const refused = { outcome: "fault", error: { code: "MISCONFIGURED", path: "/settings/baseUrl" } };
    for (const operation of ["get", "head", "post", "put", "patch", "delete", "lookup", "check"]) {
      const input: JsonObject = operation === "check" ? {} : { url: `${vendor.origin}/x` };
      expect(await runtime.call(`http/${operation}`, { connection: homeless, input }), operation).toMatchObject(refused);
    }
    expect(await runtime.testConnection(homeless)).toMatchObject(refused);
    expect(vendor.seen).toEqual([]);
  });

  it.each([301, 302, 303, 307, 308])("does not follow a redirect %i to another origin", async (status) => {
    const headers = { "x-session-token": CANARY, "api-key": CANARY, cookie: `sid=${CANARY}` };
    for (const operation of ["get", "post"]) {
      const input = { url: `/hop/${status}`, headers, ...(operation === "post" ? { body: { a: 1 } } : {}) };
      const placed = connection(auth, credential, { baseUrl: `${vendor.origin}/v1` });
      expect(await runtime.call(`http/${operation}`, { connection: placed, input })).toMatchObject({ outcome: "success" });
    }
    expect(carriesCanary(vendor)).toBe(true);
    expect(other.seen).toHaveLength(2);
    expect(carriesCanary(other)).toBe(false);
  });

  it.each([
    "/../admin",
    "../admin",
    "/a/../../admin",
    "/%2e%2e/admin",
    "/.%2E/admin",
    "/..\\admin",
    "\\..\\admin",
    "/.\t./admin",
    "/.\n./admin",
    "/..",
    "/.. ",
    "/..?x=1",
    "/..#x",
  ])("is not taken above the base URL by the path %j", async (url) => {
    const placed = connection(auth, credential, { baseUrl: `${vendor.origin}/v1` });
    for (const given of [url, `${vendor.origin}/v1/${url.replace(/^\//, "")}`]) {
      expect(await runtime.call("http/get", { connection: placed, input: { url: given } })).toMatchObject({
        outcome: "poison",
        error: { code: "INVALID_INPUT" },
      });
    }
    expect(vendor.seen).toEqual([]);
  });

  it("reaches no other host by user info, ports, slashes or schemes in the URL", async () => {
    const placed = connection(auth, credential, { baseUrl: vendor.origin });
    const { host } = new URL(other.origin);
    for (const url of [
      other.origin,
      `${vendor.origin}@${host}/`,
      `${vendor.origin}:1@${host}/`,
      `${vendor.origin}.${host}/`,
      `HTTP://${host}/`,
      `//${host}/x`,
      `\\\\${host}/x`,
      `/\\${host}/x`,
      `http:${host}`,
      `@${host}/`,
      `:80@${host}/`,
      "file:///etc/passwd",
      "unix:/run/x",
    ])
      await runtime.call("http/get", { connection: placed, input: { url } });
    expect(other.seen).toEqual([]);
  });
});

it("a path may hold dots that do not climb", async () => {
  const placed = connection("none", undefined, { baseUrl: `${vendor.origin}/v1` });
  for (const url of ["/...", "/a..b", "/.well-known/x", "/x?next=../y", "/a/%2e%2e%2e"]) {
    expect(await runtime.call("http/get", { connection: placed, input: { url } }), url).toMatchObject({ outcome: "success" });
  }
});

describe("a contract that may call any host", () => {
  const found = (auth: object) =>
    checkContract({ ...http.contract, auth: { main: { kind: "bearer", test: { operation: "check" }, ...auth } } })
      .filter(({ path }) => path.startsWith("/auth/main"))
      .map(({ code, severity, path }) => ({ code, severity, path }));

  it("is told when its credential has no fixed place", () => {
    expect(found({})).toEqual([{ code: "UNSAFE_CONTRACT", severity: "warning", path: "/auth/main" }]);
    expect(found({ requires: ["baseUrl"] })).toEqual([]);
  });

  it("cannot require a setting that does not exist", () => {
    expect(found({ requires: ["baseUrI"] })).toEqual([
      { code: "UNKNOWN_REFERENCE", severity: "error", path: "/auth/main/requires/0" },
    ]);
  });
});
