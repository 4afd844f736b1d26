// Pins: a credential at the wrong place, a write sent twice, a limit that does not hold, and a contract.json that is behind the code.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Connection, createRuntime, type Runtime } from "@mortise/runtime";
import { contractJson } from "@mortise/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import http from "../src/connector.ts";
import { startRestServer } from "./rest-server.ts";

let server: Awaited<ReturnType<typeof startRestServer>>;
let runtime: Runtime;

beforeEach(async () => {
  server = await startRestServer();
  runtime = createRuntime({ connectors: [http], egress: { allow: [server.url] } });
});
afterEach(async () => {
  await runtime.close();
  await server.close();
});

const connection = (extra: Partial<Connection> = {}): Connection => ({
  name: "rest",
  connector: "http@1",
  ...extra,
  settings: { baseUrl: server.url, ...extra.settings },
});

describe("contract.json", () => {
  it("is what the code says", () => {
    expect(readFileSync(join(import.meta.dirname, "../contract.json"), "utf8")).toBe(contractJson(http));
  });
});

describe("credentials", () => {
  it.each<[string, Partial<Connection>, string, string]>([
    ["a bearer token", { auth: "bearer", credential: { token: "t0" } }, "authorization", "Bearer t0"],
    [
      "user name and password",
      { auth: "basic", credential: { username: "ada", password: "p:w" } },
      "authorization",
      `Basic ${btoa("ada:p:w")}`,
    ],
    ["an API key", { auth: "apiKey", credential: { apiKey: "k0" } }, "x-api-key", "k0"],
    [
      "an API key in a header of its own",
      { auth: "apiKey", credential: { apiKey: "k0" }, settings: { apiKeyHeader: "X-Token" } },
      "x-token",
      "k0",
    ],
  ])("go along as %s", async (_, extra, header, value) => {
    await runtime.call("http/get", { connection: connection(extra), input: { url: "/ping" } });
    expect(server.seen[0]?.headers[header]).toBe(value);
  });

  it("are not sent to a URL outside of the base URL, whatever the data says", async () => {
    const bearer = connection({ auth: "bearer", credential: { token: "t0" }, settings: { baseUrl: `${server.url}/contacts` } });
    for (const url of [`${server.url}/echo`, `${server.url}.evil.example/`, `${server.url}/contactsX`, "https://evil.example/"]) {
      expect((await runtime.call("http/get", { connection: bearer, input: { url } })).outcome).not.toBe("success");
    }
    expect(server.seen).toEqual([]);
    expect((await runtime.call("http/get", { connection: bearer, input: { url: `${server.url}/contacts/c1` } })).outcome).toBe(
      "success",
    );
  });

  it("are tested by the path that the connection names", async () => {
    const tested = (token: string, testPath: string) =>
      runtime.testConnection(connection({ auth: "bearer", credential: { token }, settings: { testPath } }));
    expect(await tested("right", "/secret")).toMatchObject({ outcome: "success" });
    expect(await tested("wrong", "/secret")).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED" } });
    expect(await tested("right", "/nowhere")).toMatchObject({ outcome: "success" });
  });
});

describe("URLs", () => {
  it("are joined to the base URL with one slash", async () => {
    for (const [baseUrl, url] of [
      ["/contacts", "/c1"],
      ["/contacts/", "/c1"],
      ["/contacts", "c1"],
      ["/contacts/", "c1"],
    ]) {
      await runtime.call("http/get", {
        connection: connection({ settings: { baseUrl: server.url + baseUrl } }),
        input: { url: url ?? "" },
      });
    }
    expect(server.seen.map(({ path }) => path)).toEqual(Array(4).fill("/contacts/c1"));
  });

  it("are whole where there is no connection, and never plain http or private unless the deployment allows it", async () => {
    expect(await runtime.call("http/get", { input: { url: `${server.url}/ping` } })).toMatchObject({ outcome: "success" });
    const strict = createRuntime({ connectors: [http] });
    expect(await strict.call("http/get", { input: { url: `${server.url}/ping` } })).toMatchObject({
      error: { code: "EGRESS_DENIED" },
    });
    await strict.close();
  });
});

describe("repeats", () => {
  it("a POST without an idempotency key is not sent twice", async () => {
    const result = await runtime.call("http/post", { connection: connection(), input: { url: "/flaky/1", body: {} } });
    expect(result.outcome).not.toBe("success");
    expect(server.seen).toHaveLength(1);
  });

  it("a POST with one is, under the same key", async () => {
    const input = { url: "/flaky/1", body: {}, idempotencyHeader: "Idempotency-Key" };
    expect(await runtime.call("http/post", { connection: connection(), input })).toMatchObject({ outcome: "success" });
    const keys = server.seen.map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBeTruthy();
    expect(keys[1]).toBe(keys[0]);
  });

  it("a look-up is asked once for the same thing", async () => {
    for (const url of ["/contacts/c1", "/contacts/c1", "/contacts/none", "/contacts/none"]) {
      await runtime.call("http/lookup", { connection: connection(), input: { url } });
    }
    expect(server.seen.map(({ path }) => path)).toEqual(["/contacts/c1", "/contacts/none"]);
  });
});

describe("limits", () => {
  it("no second has more calls than the connection allows, and none is set where the connection sets none", async () => {
    const call = (limited: Connection) => runtime.call("http/get", { connection: limited, input: { url: "/ping" } });
    await Promise.all(Array.from({ length: 25 }, () => call(connection({ settings: { ratePerSecond: 20 } }))));
    const times = server.seen.map(({ atMs }) => atMs).sort((a, b) => a - b);
    expect(times).toHaveLength(25);
    expect((times[20] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(990);
    const start = Date.now();
    await Promise.all(Array.from({ length: 25 }, () => call({ ...connection(), name: "free" })));
    expect(Date.now() - start).toBeLessThan(900);
  });
});
