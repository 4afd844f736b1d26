// Pins: calls that go to another place than the document says, or to any place at all.
import { describe, expect, test } from "vitest";
import { importPaths, importSwagger, OK } from "./import-paths.ts";

const get = { operationId: "read", responses: OK };
const from = (servers: readonly object[], options = {}) => importPaths({ "/a/{id}": { get } }, { servers }, options);

describe("one https server", () => {
  test("is a fixed host; its base path stands before every path", () => {
    const { contract, operation } = from([{ url: "https://api.pets.test/v2/" }]);
    expect(contract.hosts).toEqual(["api.pets.test"]);
    expect(contract.settings).toBeUndefined();
    expect(operation("read").request?.url).toBe("/v2/a/{id}");
  });

  test("with variables has settings that are narrowed", () => {
    const { contract, operation } = from([
      {
        url: "https://{site-name}.pets.test:{port}/{base}",
        variables: { "site-name": { default: "demo" }, port: { default: "443", enum: ["443", "8443"] }, base: { default: "v2" } },
      },
    ]);
    expect(contract.hosts).toEqual(["{settings.siteName}.pets.test:{settings.port}"]);
    expect(contract.settings?.properties).toMatchObject({
      siteName: { default: "demo", pattern: expect.any(String) },
      port: { default: "443", enum: ["443", "8443"] },
      base: { default: "v2", pattern: expect.any(String) },
    });
    expect(operation("read").request).toMatchObject({ url: "/{base}/a/{id}", path: { base: { $cel: "settings.base" } } });
  });

  test("whose host is a placeholder asks for what it stands for", () => {
    const { contract } = from([{ url: "https://your-domain.pets.test" }]);
    expect(contract.hosts).toEqual(["{settings.yourDomain}.pets.test"]);
    expect(contract.settings).toMatchObject({ required: ["yourDomain"] });
  });
});

describe("what cannot be known before the connection is made is a base URL", () => {
  test.each([
    ["no server", [], "${settings.baseUrl}/a/{id}", undefined],
    ["a relative server", [{ url: "/v3" }], "${settings.baseUrl}/v3/a/{id}", undefined],
    ["plain http", [{ url: "http://localhost:6333/api" }], "${settings.baseUrl}/a/{id}", "http://localhost:6333/api"],
    [
      "a variable scheme",
      [{ url: "{scheme}://{host}", variables: { scheme: { default: "http" }, host: { default: "localhost" } } }],
      "${settings.baseUrl}/a/{id}",
      "http://localhost",
    ],
    [
      "a variable that is a URL",
      [{ url: "{apiRoot}/qod/v1", variables: { apiRoot: { default: "https://api.pets.test" } } }],
      "${settings.apiRoot}/qod/v1/a/{id}",
      "https://api.pets.test",
    ],
  ])("%s", (_, servers, url, standard) => {
    const { contract, operation } = from(servers);
    const [name = ""] = Object.keys(contract.settings?.properties ?? {});
    expect(operation("read").request?.url).toEqual({ $text: url });
    expect(contract.hosts).toEqual([`{settings.${name}}`]);
    expect(contract.settings?.properties?.[name]).toMatchObject({ pattern: "^https?://[^\\s?#]+$", format: "uri" });
    expect(contract.settings?.properties?.[name]).toHaveProperty("title");
    expect(JSON.stringify(contract.settings)).toContain(
      standard === undefined ? `"required":["${name}"]` : `"default":"${standard}"`,
    );
  });

  test("several https servers are a choice", () => {
    const { contract } = from([{ url: "https://api.pets.test" }, { url: "https://sandbox.pets.test" }]);
    expect(contract.settings?.properties?.baseUrl).toMatchObject({
      enum: ["https://api.pets.test", "https://sandbox.pets.test"],
      default: "https://api.pets.test",
    });
  });

  test("on demand every call goes below a setting, with the document's own as default", () => {
    const { contract, operation } = from([{ url: "https://{x}.pets.test/v1", variables: { x: { default: "eu" } } }], {
      address: "setting",
    });
    expect(operation("read").request?.url).toEqual({ $text: "${settings.baseUrl}/a/{id}" });
    expect(contract.settings).toHaveProperty(["properties", "baseUrl", "default"], "https://eu.pets.test/v1");
  });
});

test("an operation or a path with its own server is called there, and its host is declared", () => {
  const { contract, operation } = importPaths({
    "/up": { servers: [{ url: "https://uploads.pets.test/x" }], post: { operationId: "upload", responses: OK } },
    "/down": {
      get: {
        operationId: "down",
        servers: [{ url: "https://{node}.files.test", variables: { node: { default: "n1" } } }],
        responses: OK,
      },
    },
    "/near": { servers: [{ url: "/v9" }], get: { operationId: "near", responses: OK } },
  });
  expect(operation("upload").request?.url).toBe("https://uploads.pets.test/x/up");
  expect(operation("down").request).toMatchObject({
    url: "https://{node}.files.test/down",
    path: { node: { $cel: "settings.node" } },
  });
  expect(operation("near").request?.url).toBe("/v9/near");
  expect(contract.hosts).toEqual(["api.pets.test", "uploads.pets.test", "{settings.node}.files.test"]);
});

test("host, basePath and schemes of 2.0 are a server", () => {
  expect(importSwagger({ "/a": { get } }).operation("read").request?.url).toBe("/v1/a");
  expect(importSwagger({ "/a": { get } }, { schemes: ["http"] }).contract.settings).toHaveProperty(
    ["properties", "baseUrl", "default"],
    "http://api.pets.test/v1",
  );
});
