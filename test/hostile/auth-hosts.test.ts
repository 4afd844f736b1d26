// Pins: a setting that leads a credential to another host than the contract's text around it says, or to another path.
import { endpointUrl } from "@mortise/auth";
import { createRuntime } from "@mortise/runtime";
import { apiKey, defineConnector, get, operation, t } from "@mortise/sdk";
import { describe, expect, it } from "vitest";
import { fillHost, grantedHosts } from "../../packages/runtime/src/operation/granted-hosts.ts";

/** Texts that would end the host before the contract's part of it, or put another one in front. */
const BREAKOUTS = [
  "evil.example/",
  "evil.example?",
  "evil.example#",
  "evil.example\\",
  "evil.example/x",
  "a@evil.example/",
  "evil.example:443/",
  "evil.example%2f",
  "evil.example/\t",
  "https://evil.example/?",
  "https://evil.example\\",
  "//evil.example/",
  "evil.example\n/",
  "evil。example/",
  "x:y@evil.example?",
] as const;

describe.each(BREAKOUTS)("the setting %j", (place) => {
  it("does not lead a token's request out of the contract's domain", () => {
    let host: string | undefined;
    try {
      host = endpointUrl("https://{settings.place}.acme.example/token", { place }).hostname;
    } catch (error) {
      expect(error).toMatchObject({ code: "MISCONFIGURED" });
    }
    if (host !== undefined) expect(host).toMatch(/\.acme\.example$/);
  });

  it("does not have a call granted to another host", () => {
    const granted = grantedHosts(["{settings.place}.acme.example"], { place });
    expect(granted("evil.example")).toBe(false);
    expect(granted("a@evil.example")).toBe(false);
  });

  it("does not lead a call there", async () => {
    const asked: string[] = [];
    const connector = defineConnector({
      name: "places",
      version: "1.0.0",
      title: "Places",
      publisher: "mortise",
      description: "A system with a place for each customer.",
      categories: ["test"],
      license: "Apache-2.0",
      settings: t.Object({ place: t.String() }),
      hosts: ["{settings.place}.acme.example"],
      auth: { key: apiKey({ in: "header", name: "X-Key", test: "look" }) },
      operations: {
        look: operation(
          {
            title: "Look",
            description: "Looks.",
            effect: "read",
            input: t.Object({}),
            output: t.Object({}),
            examples: [],
          },
          get("/look", {}),
        ),
      },
    });
    const runtime = createRuntime({
      connectors: [connector],
      resolver: async (name) => {
        asked.push(name);
        return [];
      },
    });
    const connection = { name: "main", connector: "places", settings: { place }, credential: { apiKey: "a-key-of-acme" } };
    const result = await runtime.call("places/look", { connection, input: {} });
    await runtime.close();
    expect(result.outcome).not.toBe("success");
    expect(asked.filter((name) => !name.endsWith(".acme.example"))).toEqual([]);
  });
});

it.each(["", ".", "..", "/"])("a host that comes to nothing is no host: %j", (place) => {
  expect(() => endpointUrl("https://{settings.place}/token/path", { place })).toThrow(/no host name/);
  expect(() => endpointUrl("https://{settings.place}/token/path", {})).toThrow(/no host name/);
});

it.each(["..", ".", "%2e%2e", "a/../..", "..\\..", "x?y", "x#y"])(
  "a setting in the path of an address stays one segment of it: %j",
  (realm) => {
    let url: URL | undefined;
    try {
      url = endpointUrl("https://id.acme.example/realms/{settings.realm}/token", { realm });
    } catch (error) {
      expect(error).toMatchObject({ code: "MISCONFIGURED" });
    }
    if (url === undefined) return;
    expect(url.pathname.split("/")).toEqual(["", "realms", expect.any(String), "token"]);
    expect([url.host, url.search, url.hash]).toEqual(["id.acme.example", "", ""]);
  },
);

it("hosts that settings may name are filled as they are", () => {
  expect(fillHost("{settings.place}.acme.example", { place: "eu-1" })).toBe("eu-1.acme.example");
  expect(fillHost("{settings.place}", { place: "https://db.acme.example:8443/x" })).toBe("db.acme.example:8443");
  const granted = grantedHosts(["{settings.place}"], { place: "::1" });
  expect(granted("::1")).toBe(true);
  expect(fillHost("api{settings.place}.acme.example", {})).toBe("api.acme.example");
  expect(grantedHosts(["{settings.place}"], {})("")).toBe(false);
});
